/** Whoever changes rights stands in the audit log: what was written, and which roles came and went. */
import { audit } from '../audit/audit.ts';
import type { Guard, GuardArgument } from '../documents/contract.ts';
import type { Document } from '../kernel/document.ts';
import { canonicalJson } from '../kernel/json.ts';
import { namesIn, without } from './grants.ts';

/** The guard, and a row of the log for each write that it lets through. */
export function recorded(guard: Guard): Guard {
  return {
    ...guard,
    async stored(argument) {
      await guard.stored?.(argument);
      await write(argument, 'rights_changed');
    },
    async removing(argument) {
      await guard.removing?.(argument);
      await write({ ...argument, before: argument.doc }, 'rights_deleted');
    },
    async renamed(argument) {
      await guard.renamed?.(argument);
      await write(argument, 'rights_renamed');
    },
  };
}

async function write({ ctx, plan, doc, before, rename }: GuardArgument, action: string): Promise<void> {
  const fields = changedFields(doc, before).filter((field) => plan.name !== 'User' || OF_USER.has(field));
  if (action === 'rights_changed' && fields.length === 0) return;
  await audit(ctx.tx, {
    actor: ctx.actor.user,
    action,
    subject: `${plan.name} ${String(doc.name)}`,
    requestId: ctx.requestId,
    details: { ...(rename ? { to: rename.to, merge: rename.merge } : { fields }), ...rolesOf(doc, before) },
  });
}

/** A User is mostly a person; these say what they may. */
const OF_USER: ReadonlySet<string> = new Set([
  'enabled',
  'email',
  'user_type',
  'roles',
  'role_profiles',
  'role_profile_name',
  'attributes',
]);

const NOT_SAID: ReadonlySet<string> = new Set(['modified', 'modified_by', '_version']);

function changedFields(doc: Document, before: Document | undefined): string[] {
  return Object.keys(doc).filter(
    (field) => !NOT_SAID.has(field) && canonicalJson(doc[field] ?? null) !== canonicalJson(before?.[field] ?? null),
  );
}

function rolesOf(doc: Document, before: Document | undefined): Record<string, string[]> {
  const [now, then] = [namesIn(doc, 'roles', 'role'), namesIn(before, 'roles', 'role')];
  const [added, removed] = [without(now, then), without(then, now)];
  return added.length + removed.length === 0 ? {} : { added, removed };
}
