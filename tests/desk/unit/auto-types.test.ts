/** What the package says of AutoForm and AutoTable is what they are. */
import { expectTypeOf, test } from 'vitest';
import type * as declared from '../../../desk/auto.d.ts';
import type {
  AutoFormEvents,
  AutoFormProps,
  AutoTableEvents,
  AutoTableProps,
} from '../../../desk/src/auto/contract.ts';

type Props<Declared> = { [Key in keyof Declared as Key extends `on${string}` ? never : Key]: Declared[Key] };
type Handlers<Events extends Record<keyof Events, unknown[]>> = {
  [Event in keyof Events & string as `on${Capitalize<Event>}`]?: (...given: Events[Event]) => void;
};
type Listeners<Declared> = { [Key in keyof Declared as Key extends `on${string}` ? Key : never]: Declared[Key] };

test('props and events are the same on both sides', () => {
  expectTypeOf<Props<declared.AutoFormProps>>().toEqualTypeOf<Props<AutoFormProps>>();
  expectTypeOf<Props<declared.AutoTableProps>>().toEqualTypeOf<Props<AutoTableProps>>();
  expectTypeOf<Listeners<declared.AutoFormProps>>().toEqualTypeOf<Handlers<AutoFormEvents>>();
  expectTypeOf<Listeners<declared.AutoTableProps>>().toEqualTypeOf<Handlers<AutoTableEvents>>();
});
