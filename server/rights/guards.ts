/** What the server demands of the DocTypes that say who may do what. */
import type { Guard } from '../documents/contract.ts';
import { CUSTOM_PERMISSION_GUARD } from './custom-permissions.ts';
import { recorded } from './record.ts';
import { ROLE_GUARD, ROLE_PROFILE_GUARD, SYSTEM_SETTINGS_GUARD } from './roles.ts';
import { USER_PERMISSION_GUARD } from './user-permissions.ts';
import { USER_GUARD } from './users.ts';

const GUARDS: readonly (readonly [string, Guard])[] = [
  ['User', USER_GUARD],
  ['Role', ROLE_GUARD],
  ['Role Profile', ROLE_PROFILE_GUARD],
  ['System Settings', SYSTEM_SETTINGS_GUARD],
  ['User Permission', USER_PERMISSION_GUARD],
  ['Custom DocPerm', CUSTOM_PERMISSION_GUARD],
];

export const RIGHTS_GUARDS: ReadonlyMap<string, Guard> = new Map(
  GUARDS.map(([doctype, guard]) => [doctype, recorded(guard)]),
);
