/**
 * Who acts. Always an argument, never a default: no actor means nobody.
 * Trusted code says why it acts (`systemActor('nightly purge')`), and the reason is logged.
 */
export interface Actor {
  /** The User's name: what `owner` and `modified_by` hold. */
  user: string;
  roles: readonly string[];
  /** Set for the system only: why it acts. */
  reason?: string;
}

export const ADMINISTRATOR = 'Administrator';

export function systemActor(reason: string): Actor {
  return { user: ADMINISTRATOR, roles: [ADMINISTRATOR], reason };
}
