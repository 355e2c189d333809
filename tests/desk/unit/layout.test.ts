import { expect, test } from 'vitest';
import { fieldsOf, formOf, shownForm, startsFolded, tabOf } from '../../../desk/src/meta/layout.ts';
import { sceneOf, statesOf } from '../../../desk/src/meta/visible.ts';
import { field, meta } from './support.ts';

const note = meta(
  [
    field('title'),
    field('more', 'section-break', { collapsible: 1, collapsible_depends_on: 'eval:doc.kind' }),
    field('kind'),
    field('extra', 'tab-break', { depends_on: 'eval:doc.kind == "long"' }),
    field('text', 'text'),
    field('secret', 'data', { hidden: 1 }),
  ],
  {
    layout: [
      {
        fieldname: '',
        label: '',
        sections: [
          { fieldname: '', label: '', collapsible: false, columns: [['title'], []] },
          { fieldname: 'more', label: 'More', collapsible: true, columns: [['kind']] },
        ],
      },
      {
        fieldname: 'extra',
        label: 'Extra',
        sections: [{ fieldname: '', label: '', collapsible: false, columns: [['text'], ['secret']] }],
      },
    ],
  },
);

function shown(doc: Record<string, unknown>) {
  const scene = sceneOf(note, doc, false);
  return shownForm(formOf(note), statesOf(note.fields, scene), scene);
}

test('a form is tabs, sections and columns of fields; empty columns are none', () => {
  const [first, second] = formOf(note);
  expect([first?.key, first?.label, second?.key, second?.label]).toEqual(['details', 'Details', 'extra', 'Extra']);
  expect(first?.sections.map((section) => section.columns.length)).toEqual([1, 1]);
});

test('what is hidden goes, and with it the parts that hold nothing else', () => {
  expect(shown({}).map(({ key }) => key)).toEqual(['details']);
  const [, extra] = shown({ kind: 'long' });
  expect(extra?.sections.flatMap(fieldsOf).map(({ fieldname }) => fieldname)).toEqual(['text']);
});

test('a section folds as its condition says', () => {
  const section = formOf(note)[0]?.sections[1];
  if (!section) throw new Error('the section is missing');
  expect(startsFolded(section, sceneOf(note, {}, false))).toBe(true);
  expect(startsFolded(section, sceneOf(note, { kind: 'x' }, false))).toBe(false);
});

test('a field is found in its tab', () => {
  expect(tabOf(formOf(note), 'text')?.key).toBe('extra');
  expect(tabOf(formOf(note), 'nothing')).toBeUndefined();
});
