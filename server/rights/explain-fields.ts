/** Which levels of fields roles open, and which fields stay closed: as far as the asker may know of those fields. */
import { decide } from '../access/decide.ts';
import { levelsOf } from '../access/grants.ts';
import { ADMINISTRATOR } from '../kernel/actor.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { mayRead, type Subject } from './explain-subject.ts';

export interface FieldsExplained {
  readable_levels: number[];
  writable_levels: number[];
  /** Paths: `margin`, `items.cost`. */
  unreadable: string[];
  unwritable: string[];
}

export function explainFields(subject: Subject): FieldsExplained {
  const { ctx, plan, actor } = subject;
  const fields: FieldsExplained = { readable_levels: [], writable_levels: [], unreadable: [], unwritable: [] };
  if (!actor.roles.includes(ADMINISTRATOR)) {
    const { readable, writable } = levelsOf(plan, actor.roles);
    fields.readable_levels = [...readable].sort((a, b) => a - b);
    fields.writable_levels = [...writable].sort((a, b) => a - b);
  }
  const look = (of: DocTypePlan, path: string): void => {
    const within = of === plan ? undefined : plan;
    const question = { snapshot: ctx.snapshot, plan: of, actor, within };
    const [read, write] = [decide({ ...question, action: 'read' }), decide({ ...question, action: 'write' })];
    for (const field of of.fields) {
      const { fieldname } = field;
      if (field.isStandard || (!field.column && !field.childDocType) || !mayRead(subject, of, fieldname)) continue;
      if (!read.canRead(fieldname)) fields.unreadable.push(path + fieldname);
      if (!write.canWrite(fieldname)) fields.unwritable.push(path + fieldname);
    }
  };
  look(plan, '');
  for (const table of plan.tables) {
    const child = ctx.snapshot.find(table.childDocType as string);
    if (child && mayRead(subject, plan, table.fieldname)) look(child, `${table.fieldname}.`);
  }
  return fields;
}
