/**
 * The tree of an expression, as every reader of it sees it: closures (closure.ts) today, SQL another day.
 * Chains of operators and of members are lists, so that only real nesting is depth.
 */
export type Node =
  | { kind: 'literal'; value: string | number | boolean | null | undefined }
  | { kind: 'name'; name: string }
  | { kind: 'list'; items: readonly Node[] }
  | { kind: 'unary'; operator: string; operand: Node }
  /** `first op right op right …`, evaluated from left to right. */
  | { kind: 'binary'; first: Node; rest: readonly { operator: string; right: Node }[] }
  | { kind: 'choice'; test: Node; yes: Node; no: Node }
  /** `base.a[b](c)…`; an optional link that meets nothing ends the whole chain. */
  | { kind: 'chain'; base: Node; links: readonly Link[] };

export type Link = { optional: boolean } & (
  | { kind: 'member'; name: string }
  | { kind: 'index'; key: Node }
  | { kind: 'call'; args: readonly Node[] }
);
