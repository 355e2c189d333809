/** What a form hands down to the grids inside it. */
import type { InjectionKey, Ref } from 'vue';
import type { FieldPath } from '../../meta/problems.ts';

/** By path, as `items[2].qty`. */
export const FORM_ERRORS: InjectionKey<Readonly<Ref<ReadonlyMap<string, string>>>> = Symbol('errors of the form');

/** A field in a row that is to be shown: taken, and cleared, by the grid that has it. */
export const FORM_REVEAL: InjectionKey<Ref<FieldPath | undefined>> = Symbol('field to be shown');
