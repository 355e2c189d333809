/**
 * Compiles chains (`doc.items?.length`, `doc.tags.includes("x")`, `frappe.utils.f(doc.x)`): variables,
 * members, methods and functions by name. Knows nothing of operators; closure.ts hands it compiled parts.
 */
import type { Dialect, FunctionRegistry } from './dialect.ts';
import { ExpressionError } from './errors.ts';
import { memberName, methodOf, readMember } from './members.ts';
import type { Evaluate, Run } from './run.ts';
import { spend } from './run.ts';
import { data } from './values.ts';

export interface Compilation {
  dialect: Dialect;
  functions: FunctionRegistry;
  /** Collects the fieldnames of `doc` that are read. */
  reads: Set<string>;
}

export type CompiledLink = { optional: boolean } & (
  | { kind: 'member'; name: string }
  /** `constant` is the literal between the brackets, or the literal first argument. */
  | { kind: 'index'; key: Evaluate; constant: string | undefined }
  | { kind: 'call'; args: readonly Evaluate[]; constant: string | undefined }
);

interface Step {
  optional: boolean;
  name: string;
  apply(run: Run, base: unknown): unknown;
}

/** Given by a step that ends its chain with undefined. */
const END = Object.freeze({});

/** A variable on its own. Any name but `doc` and `parent` compiles, and fails when it is evaluated. */
export function compileName(name: string): Evaluate {
  if (name === 'doc') return (run) => run.doc;
  if (name === 'parent') return (run) => run.parent;
  return () => {
    throw new ExpressionError(`"${name}" is unknown here; an expression reads doc and parent.`);
  };
}

/** A chain whose base is a bare name: a variable, or the dotted name of a function. */
export function compileNamedChain(compilation: Compilation, name: string, links: readonly CompiledLink[]): Evaluate {
  if (name === 'doc' || name === 'parent') {
    const field = fieldRead(compilation.dialect, links);
    if (name === 'doc' && field !== undefined) compilation.reads.add(field);
    return compileChain(compilation, compileName(name), links);
  }
  const call = links.findIndex((link) => link.kind !== 'member');
  const link = links[call];
  if (link?.kind !== 'call') return compileName(name);
  const path = links.slice(0, call).map((member) => (member.kind === 'member' ? member.name : ''));
  const called = compileCall(compilation, [name, ...path].join('.'), link.args);
  return compileChain(compilation, called, links.slice(call + 1));
}

/** A chain on any value. */
export function compileChain(compilation: Compilation, base: Evaluate, links: readonly CompiledLink[]): Evaluate {
  const steps = compileSteps(compilation.dialect, links);
  const [only] = steps;
  if (only === undefined) return base;
  if (steps.length === 1 && !only.optional) {
    return (run) => {
      spend(run);
      const value = only.apply(run, base(run));
      return value === END ? undefined : value;
    };
  }
  return (run) => {
    let value = base(run);
    for (const step of steps) {
      if (value === null || value === undefined) {
        if (step.optional) return undefined;
        throw new ExpressionError(`Cannot read "${step.name}" of ${value}.`);
      }
      spend(run);
      value = step.apply(run, value);
      if (value === END) return undefined;
    }
    return value;
  };
}

/** True for the name of a function that can be called, as `typeof` wants to know. */
export function isFunctionName(compilation: Compilation, name: string): boolean {
  return compilation.dialect.functions.has(name) || compilation.functions.has(name);
}

/** The field that a chain on a document reads: `.x`, `["x"]`, or `.get("x")` where the dialect has it. */
function fieldRead(dialect: Dialect, [first, second]: readonly CompiledLink[]): string | undefined {
  if (first?.kind === 'index') return first.constant;
  if (first?.kind !== 'member') return undefined;
  return second?.kind === 'call' && dialect.methods.record.has(first.name) ? second.constant : first.name;
}

function compileSteps(dialect: Dialect, links: readonly CompiledLink[]): Step[] {
  const steps: Step[] = [];
  for (let i = 0; i < links.length; i++) {
    const link = links[i] as CompiledLink;
    const next = links[i + 1];
    if (link.kind === 'member' && next?.kind === 'call') {
      steps.push(methodStep({ dialect, name: link.name, optional: link.optional, call: next }));
      i += 1;
    } else steps.push(readStep(link));
  }
  return steps;
}

function readStep(link: CompiledLink): Step {
  const { optional } = link;
  if (link.kind === 'member') {
    const { name } = link;
    return { optional, name, apply: (_, base) => readMember(base, name) };
  }
  if (link.kind === 'index') {
    const { key, constant } = link;
    if (constant !== undefined) return { optional, name: constant, apply: (_, base) => readMember(base, constant) };
    return { optional, name: '[…]', apply: (run, base) => readMember(base, memberName(run, key(run))) };
  }
  return { optional, name: '(…)', apply: refuseCall };
}

function methodStep(wish: {
  dialect: Dialect;
  name: string;
  optional: boolean;
  call: { optional: boolean; args: readonly Evaluate[] };
}): Step {
  const { dialect, name, optional, call } = wish;
  return {
    optional,
    name,
    apply(run, base) {
      const method = methodOf(dialect, base, name);
      if (method) return method(run, base as never, evaluateAll(run, call.args));
      const value = readMember(base, name);
      if (call.optional && (value === null || value === undefined)) return END;
      throw new ExpressionError(`"${name}" is no method that an expression can call on this value.`);
    },
  };
}

function compileCall(compilation: Compilation, name: string, args: readonly Evaluate[]): Evaluate {
  const builtin = compilation.dialect.functions.get(name);
  if (builtin) {
    return (run) => {
      spend(run);
      return builtin(run, evaluateAll(run, args));
    };
  }
  const added = compilation.functions.get(name);
  if (added) {
    return (run) => {
      spend(run);
      return data(added(...evaluateAll(run, args)));
    };
  }
  return () => {
    throw new ExpressionError(`The function "${name}" is unknown here.`);
  };
}

function evaluateAll(run: Run, args: readonly Evaluate[]): unknown[] {
  return args.map((argument) => argument(run));
}

function refuseCall(): never {
  throw new ExpressionError('Only a function or a method can be called, by its name.');
}
