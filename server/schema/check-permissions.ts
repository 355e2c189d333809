/**
 * The rows of `permissions`: which rights need which others, and what the DocType allows at all.
 * A child table has none of its own, so its rows are not looked at.
 */
import { type DocPerm, isSet } from '../kernel/doctype.ts';
import type { FieldProblem } from '../kernel/error.ts';
import type { CheckContext } from './check-context.ts';
import type { ReadPermission } from './check-reading.ts';
import { show } from './check-wording.ts';

export function checkPermissions(context: CheckContext): FieldProblem[] {
  const { definition, permissions } = context.reading;
  if (isSet(definition.istable)) return [];
  const levelZero = new Set(
    permissions.filter(({ permission }) => levelOf(permission) === 0).map(({ permission }) => permission.role),
  );
  const firstAt = new Map<string, string>();
  return permissions.flatMap((read): FieldProblem[] => {
    const { permission, path } = read;
    if (!permission.role)
      return [
        {
          field: `${path}.role`,
          code: 'missing_role',
          message: 'A permission row names a role, such as "System Manager".',
        },
      ];
    return [...repeated({ read, firstAt }), ...levelProblems({ read, levelZero }), ...rightProblems(context, read)];
  });
}

const BASIC = ['select', 'read', 'write', 'create', 'submit', 'cancel'];

/** Roles that every user has; their higher levels stand without a row of level 0. */
const AUTOMATIC = new Set(['All', 'Desk User']);

/** A right on the left is given only together with the one on the right. */
const NEEDS = [
  ['cancel', 'submit'],
  ['submit', 'write'],
  ['amend', 'write'],
  ['import', 'create'],
] as const;

function rightProblems(context: CheckContext, { permission, path }: ReadPermission): FieldProblem[] {
  const { definition } = context.reading;
  const who = show(permission.role);
  const problems: FieldProblem[] = [];
  if (!BASIC.some((right) => isSet(permission[right]))) {
    problems.push({
      field: path,
      code: 'no_right',
      message: `${who} has no right in this row. Set one of ${BASIC.join(', ')}, or remove the row.`,
    });
  }
  for (const [right, needed] of NEEDS) {
    if (!isSet(permission[right]) || isSet(permission[needed])) continue;
    if (right === 'import' && isSet(definition.issingle)) continue;
    problems.push({
      field: `${path}.${right}`,
      code: 'missing_right',
      message: `${who}: ${right} needs ${needed} too. Set it, or clear ${right}.`,
    });
  }
  for (const right of ['submit', 'amend']) {
    if (!isSet(permission[right]) || isSet(definition.is_submittable)) continue;
    problems.push({
      field: `${path}.${right}`,
      code: 'not_submittable',
      message: `${who}: ${right} needs a submittable DocType. Set is_submittable, or clear ${right}.`,
    });
  }
  // A single has nothing to import into; Frappe clears the right there without a word.
  if (isSet(permission.import) && !isSet(definition.allow_import) && !isSet(definition.issingle)) {
    problems.push({
      field: `${path}.import`,
      code: 'not_importable',
      message: `${who}: import needs allow_import on the DocType. Set it, or clear import.`,
    });
  }
  return problems;
}

function repeated(q: { read: ReadPermission; firstAt: Map<string, string> }): FieldProblem[] {
  const { permission, path } = q.read;
  const key = JSON.stringify([
    permission.role,
    levelOf(permission),
    isSet(permission.if_owner),
    permission.condition ?? '',
  ]);
  const first = q.firstAt.get(key);
  if (first === undefined) {
    q.firstAt.set(key, path);
    return [];
  }
  const message = `${first} has the same role, level, if_owner and condition (${show(permission.role)}). Put both rows together.`;
  return [{ field: path, code: 'duplicate_permission', message }];
}

function levelProblems(q: { read: ReadPermission; levelZero: ReadonlySet<string> }): FieldProblem[] {
  const { permission, path } = q.read;
  const level = levelOf(permission);
  const at = `${path}.permlevel`;
  if (!Number.isInteger(level) || level < 0) {
    return [
      {
        field: at,
        code: 'bad_permlevel',
        message: `permlevel is a whole number from 0 up; got ${show(permission.permlevel)}.`,
      },
    ];
  }
  if (level === 0 || q.levelZero.has(permission.role) || AUTOMATIC.has(permission.role)) return [];
  const message = `${show(permission.role)} has level ${level} but no row of level 0, so it would see nothing. Add one.`;
  return [{ field: at, code: 'no_level_zero', message }];
}

function levelOf(permission: DocPerm): number {
  const level: unknown = permission.permlevel;
  if (level === undefined || level === null || level === '') return 0;
  return typeof level === 'number' || typeof level === 'string' ? Number(level) : Number.NaN;
}
