/** The guards of Role and Role Profile: what is made at run time stays as it is, and no rights move by a name. */
import type { Guard, GuardArgument } from '../documents/contract.ts';
import { AUTOMATIC_ROLES } from '../kernel/actor.ts';
import { AppError, refuseProblems } from '../kernel/error.ts';
import { checkTiles } from '../kernel/map-tiles.ts';
import {
  automaticRoleProblems,
  isManager,
  namesIn,
  refusal,
  refuseForeignRoles,
  refuseValue,
  SYSTEM_MANAGER,
  without,
} from './grants.ts';

const FIXED: readonly string[] = [...AUTOMATIC_ROLES, SYSTEM_MANAGER];

export const ROLE_GUARD: Guard = {
  check({ doc, before }) {
    const name = String(before?.name ?? doc.role_name);
    if (FIXED.includes(name) && doc.disabled === true)
      refuseValue('disabled', 'built_in', `The role ${name} is part of the framework and cannot be disabled.`);
    const twin = FIXED.find((role) => role !== name && role.toLowerCase() === name.trim().toLowerCase());
    if (twin) refuseValue('role_name', 'duplicate', `${name} would be taken for ${twin}. Choose another name.`);
  },
  removing: ({ doc }) => refuseFixed(String(doc.name), 'deleted'),
  renaming(argument) {
    const name = String(argument.doc.name);
    refuseFixed(name, 'renamed');
    if (argument.rename && FIXED.includes(argument.rename.to))
      throw refusal(`No role becomes ${argument.rename.to}, which is part of the framework.`);
    refuseNamed(argument, name);
  },
};

export const ROLE_PROFILE_GUARD: Guard = {
  check({ ctx, doc, before }) {
    refuseProblems(automaticRoleProblems(doc, 'roles'), 'The Role Profile cannot be saved');
    const [now, then] = [namesIn(doc, 'roles', 'role'), namesIn(before, 'roles', 'role')];
    refuseForeignRoles(ctx.actor, without(now, then), 'put into a profile');
    refuseForeignRoles(ctx.actor, without(then, now), 'take out of a profile');
  },
  removing: ({ ctx, doc }) => refuseForeignRoles(ctx.actor, namesIn(doc, 'roles', 'role'), 'take away'),
  async renaming({ ctx, doc, rename }) {
    if (!rename?.merge) return;
    // Whoever has the one has the other from now on.
    if (!isManager(ctx.actor))
      throw refusal(`Only a System Manager merges role profiles, such as ${String(doc.name)}.`);
  },
};

/** What strangers get who sign up must not be what the framework rests on; and maps ask one host, which is named. */
export const SYSTEM_SETTINGS_GUARD: Guard = {
  check({ doc }) {
    const role = String(doc.default_role ?? '');
    if (FIXED.includes(role))
      refuseValue('default_role', 'built_in', `${role} is not for everybody who signs up. Choose another role.`);
    refuseTiles(String(doc.map_tiles ?? '').trim(), String(doc.map_attribution ?? '').trim());
  },
};

function refuseFixed(name: string, verb: string): void {
  if (FIXED.includes(name)) throw refusal(`The role ${name} is part of the framework and cannot be ${verb}.`);
}

/** Permission rows hold a role by its name: under another one they would give nothing, or to somebody else. */
function refuseNamed({ ctx }: GuardArgument, name: string): void {
  const naming = ctx.snapshot.names.filter((doctype) =>
    ctx.snapshot.find(doctype)?.permissions.some((row) => row.role === name),
  );
  if (naming.length === 0) return;
  const shown = naming.slice(0, 5).join(', ') + (naming.length > 5 ? ` and ${naming.length - 5} more` : '');
  throw new AppError(
    'linked',
    `The role ${name} is named by the permissions of ${shown}. Make a role of the new name and give it those rights instead.`,
  );
}

function refuseTiles(template: string, attribution: string): void {
  if (template === '') return;
  try {
    checkTiles(template);
  } catch (error) {
    refuseValue('map_tiles', 'bad_address', `The address of tiles ${(error as Error).message}.`);
  }
  if (attribution === '')
    refuseValue('map_attribution', 'required', 'Say whose tiles they are, such as “© OpenStreetMap contributors”.');
}
