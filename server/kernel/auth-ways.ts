/** The ways to sign in that AUTH_CHAIN can name; auth/chain has a file for each. */
export const AUTH_WAYS = ['session', 'jwt', 'api-key', 'basic', 'password', 'gateway'] as const;
export type AuthWay = (typeof AUTH_WAYS)[number];

/** `password` (Basic with a user's password) and `gateway` (a header of a trusted proxy) only where they are asked for. */
export const DEFAULT_CHAIN: readonly AuthWay[] = ['session', 'jwt', 'api-key', 'basic'];
