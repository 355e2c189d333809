import { VueQueryPlugin } from '@tanstack/vue-query';
import { mount } from '@vue/test-utils';
import { describe, expect, test } from 'vitest';
import { registerGrids } from '../../../desk/src/components/grid/register.ts';
import { widgetOf } from '../../../desk/src/widgets/registry.ts';
import Unknown from '../../../desk/src/widgets/Unknown.vue';
import { builtinFieldTypes } from '../../../server/fieldtypes/registry.ts';
import { field } from './support.ts';

/** They arrange a form, so no widget draws them. */
const ARRANGING = ['section-break', 'column-break', 'tab-break', 'fold'];

registerGrids();
const names = builtinFieldTypes.map(({ widget }) => widget).filter((name) => !ARRANGING.includes(name));

test.each(names)('there is a widget for %s', (name) => {
  expect(widgetOf(name).input).not.toBe(Unknown);
});

test('what nobody knows is shown all the same', () => {
  expect(widgetOf('hologram').input).toBe(Unknown);
});

const props = (name: string, modelValue: unknown) => ({ field: field('x', name), modelValue, doc: {}, id: 'f-x' });
const global = { plugins: [VueQueryPlugin], stubs: { RouterLink: true } };

describe('widgets tell what was typed, as the server takes it', () => {
  test.each([
    ['data', 'Milk', 'Milk'],
    ['int', '1,200', 1200],
    ['float', '1.5', 1.5],
    ['float', 'many', 'many'],
    ['int', '', null],
    ['duration', '1h 30m', 5400],
    ['password', 'secret', 'secret'],
  ])('%s: %j', async (name, typed, told) => {
    const widget = mount(widgetOf(name).input, { props: props(name, null), global });
    await widget.get('#f-x').setValue(typed);
    expect(widget.emitted('update:modelValue')?.at(-1)).toEqual([told]);
  });

  test('a select keeps a value that is no longer among its choices', async () => {
    const select = { ...props('select', 'Old'), field: field('x', 'select', { options: 'New\nNewer' }) };
    const widget = mount(widgetOf('select').input, { props: select, global });
    expect(widget.findAll('option').map((option) => option.text())).toEqual(['', 'Old', 'New', 'Newer']);
    await widget.get('select').setValue('New');
    expect(widget.emitted('update:modelValue')).toEqual([['New']]);
  });
});
