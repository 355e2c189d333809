/** What a GraphQL request may be at most, from the environment: a number for each limit. */
import { type Env, integer } from './config-values.ts';
import { DEFAULT_LIMITS, type Limits } from './kernel/graphql-limits.ts';

type Rule = readonly [limit: keyof Limits, name: string, from: number, to: number];

const RULES: readonly Rule[] = [
  ['depth', 'GRAPHQL_MAX_DEPTH', 1, 50],
  ['fields', 'GRAPHQL_MAX_FIELDS', 1, 100_000],
  ['rootFields', 'GRAPHQL_MAX_ROOT_FIELDS', 1, 1000],
  ['batch', 'GRAPHQL_MAX_BATCH', 1, 1000],
  ['cost', 'GRAPHQL_MAX_COST', 1, 1_000_000_000],
  ['queryBytes', 'GRAPHQL_MAX_QUERY_BYTES', 100, 10_000_000],
  ['subscriptions', 'GRAPHQL_MAX_SUBSCRIPTIONS', 1, 10_000],
];

export const GRAPHQL_VARIABLES: readonly string[] = RULES.map(([, name]) => name);

export function graphqlLimits(env: Env): Limits {
  const limits = { ...DEFAULT_LIMITS };
  for (const [limit, name, from, to] of RULES)
    limits[limit] = integer(env, name, { fallback: DEFAULT_LIMITS[limit], from, to });
  return limits;
}

/** The one that a variable sets; undefined for other variables. */
export function limitNamed(limits: Limits, variable: string): number | undefined {
  const rule = RULES.find(([, name]) => name === variable);
  return rule && limits[rule[0]];
}
