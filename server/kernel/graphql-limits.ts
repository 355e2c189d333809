/** What a GraphQL request may be at most: numbers that the environment may change. */
export interface Limits {
  /** Levels of selections. */
  depth: number;
  /** Selected fields, fragments spread out. */
  fields: number;
  /** Fields of the root, under whatever aliases. */
  rootFields: number;
  /** Operations in one request. */
  batch: number;
  /** Estimated rows of one operation. */
  cost: number;
  /** Bytes of query text. */
  queryBytes: number;
  /** Operations under way at once on one WebSocket, live queries among them. */
  subscriptions: number;
  /** Live queries of one user, over whatever connections, and of all of this process. */
  userSubscriptions: number;
  allSubscriptions: number;
  /** The same of WebSockets. */
  userSockets: number;
  allSockets: number;
}

export const DEFAULT_LIMITS: Limits = {
  depth: 12,
  fields: 1000,
  rootFields: 30,
  batch: 10,
  cost: 100_000,
  queryBytes: 65_536,
  subscriptions: 50,
  userSubscriptions: 200,
  allSubscriptions: 5_000,
  userSockets: 50,
  allSockets: 5_000,
};
