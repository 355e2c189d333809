/**
 * Who acts. Always an argument, never a default: no actor means nobody.
 * Trusted code says why it acts (`systemActor('nightly purge')`), and the reason is logged.
 */
export interface Actor {
  /** The User's name: what `owner` and `modified_by` hold. */
  user: string;
  /** Those given to the user and by role profiles, and the automatic ones (Guest, All, Desk User, Administrator). */
  roles: readonly string[];
  /** Set for the system only: why it acts. */
  reason?: string;
  /** Names of the Teams that the user is a member of. */
  teams?: readonly string[];
  /** What rules may ask of the person beside roles: `{"region": "EU", "plants": ["A", "B"]}`. */
  attributes?: Attributes;
  /** User Permissions: absent or empty restricts nothing. */
  restrictions?: readonly Restriction[];
  /** Who has shared documents with this user, with everyone included. */
  sharers?: readonly Sharer[];
  /** An empty Link too is outside of what a User Permission allows (System Settings). */
  isStrict?: boolean;
  /** What an API key may do at most, such as `read` or `Invoice:write`; absent: all that the user may. */
  scopes?: readonly string[];
  /** With tenancy by column: the one tenant whose rows exist for this actor. */
  tenant?: string;
  /** The language that the user has chosen; absent: none. */
  language?: string;
  /** What the actor's tenant has switched on. */
  features?: readonly string[];
}

export type AttributeValue = string | number | boolean | readonly (string | number | boolean)[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Of documents of `doctype`, and of Links to them, only these (User Permission). */
export interface Restriction {
  doctype: string;
  /** Descendants in a tree included. */
  names: readonly string[];
  /** Those of a tree under which new nodes may be put (not `hide_descendants`). */
  openNames?: readonly string[];
  /** The one DocType whose documents it restricts; undefined: all. */
  applicableFor?: string;
  /** The value of new documents' Links. */
  defaultName?: string;
}

/** A share is worth what its giver may do at this moment, so the giver comes with it. */
export interface Sharer {
  doctype: string;
  by: Actor;
}

export const ADMINISTRATOR = 'Administrator';
export const GUEST = 'Guest';
/** Every user who is signed in. */
export const ALL_USERS = 'All';
/** Users of type System User. */
export const DESK_USER = 'Desk User';

/** Made at run time, never given to a user. */
export const AUTOMATIC_ROLES: readonly string[] = [ADMINISTRATOR, GUEST, ALL_USERS, DESK_USER];

export function systemActor(reason: string): Actor {
  return { user: ADMINISTRATOR, roles: [ADMINISTRATOR], reason };
}

/** Nobody signed in. */
export const GUEST_ACTOR: Actor = { user: GUEST, roles: [GUEST] };
