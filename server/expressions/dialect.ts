/**
 * What differs between the two spellings of the language: truth, operators, methods and functions.
 * javascript.ts and python-values.ts fill it in; the closures (closure.ts) know only this.
 */
import type { Run } from './run.ts';

export type Binary = (run: Run, left: unknown, right: unknown) => unknown;
export type Unary = (run: Run, value: unknown) => unknown;
export type Builtin = (run: Run, args: readonly unknown[]) => unknown;
export type Method = (run: Run, self: never, args: readonly unknown[]) => unknown;

export interface Dialect {
  isTruthy(value: unknown): boolean;
  binary: ReadonlyMap<string, Binary>;
  unary: ReadonlyMap<string, Unary>;
  functions: ReadonlyMap<string, Builtin>;
  /** By the type of the value they are called on; `self` is of that type. */
  methods: {
    text: ReadonlyMap<string, Method>;
    list: ReadonlyMap<string, Method>;
    record: ReadonlyMap<string, Method>;
  };
}

/** Functions that an app adds, by dotted name (`frappe.utils.html2text`). They get and give plain data. */
export type FunctionRegistry = ReadonlyMap<string, (...args: unknown[]) => unknown>;
