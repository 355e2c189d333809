/** What the package says of `framework-m/frontend` is what the desk gives. */
import { expectTypeOf, test } from 'vitest';
import type * as declared from '../../../desk/frontend-types/index.d.ts';
import type * as given from '../../../desk/src/frontend/index.ts';

test('what apps are given and give is the same on both sides', () => {
  expectTypeOf<declared.Doc>().toEqualTypeOf<given.Doc>();
  expectTypeOf<declared.DocTypeMeta>().toEqualTypeOf<given.DocTypeMeta>();
  expectTypeOf<declared.FieldMeta>().toEqualTypeOf<given.FieldMeta>();
  expectTypeOf<declared.WidgetProps>().toEqualTypeOf<given.WidgetProps>();
  expectTypeOf<declared.WidgetEntry>().toEqualTypeOf<given.WidgetEntry>();
  expectTypeOf<declared.CellProps>().toEqualTypeOf<given.CellProps>();
  expectTypeOf<declared.PanelProps>().toEqualTypeOf<given.PanelProps>();
  expectTypeOf<declared.Panel>().toEqualTypeOf<given.Panel>();
  expectTypeOf<declared.FormScene>().toEqualTypeOf<given.FormScene>();
  expectTypeOf<declared.ListViewEntry>().toEqualTypeOf<given.ListViewEntry>();
  expectTypeOf<declared.SlotName>().toEqualTypeOf<given.SlotName>();
  expectTypeOf<declared.Theme>().toEqualTypeOf<given.Theme>();
  expectTypeOf<declared.ColorToken>().toEqualTypeOf<given.ColorToken>();
  expectTypeOf<declared.FrontendPage>().toEqualTypeOf<given.FrontendPage>();
  expectTypeOf<keyof declared.FrontendApp>().toEqualTypeOf<keyof given.FrontendApp>();
  expectTypeOf<declared.FrontendApp>().toExtend<given.FrontendApp>();
});

test('the desk keeps what is said of its functions and of its list', () => {
  expectTypeOf<keyof typeof declared>().toEqualTypeOf<keyof typeof given>();
  expectTypeOf<given.ListPage>().toExtend<declared.ListPage>();
  type Function = Exclude<
    keyof typeof given,
    'Button' | 'Dialog' | 'Empty' | 'ErrorState' | 'Skeleton' | 'Status' | 'defineFrontend'
  >;
  expectTypeOf<Pick<typeof given, Function>>().toExtend<Pick<typeof declared, Function>>();
});
