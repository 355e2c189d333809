/**
 * Trees as nested sets, since the real DocTypes carry `lft` and `rgt` as fields and Frappe's clients
 * filter by them; every question about descendants is then one range. A move renumbers half the tree
 * on average: trees are read far more than they are moved. One writer per tree at a time.
 */
import { quote } from '../db/rows.ts';
import { isEmpty } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { noteSome } from './changes.ts';
import { sameValue } from './values.ts';
import type { Write } from './write.ts';

/** One writer per tree at a time. Taken before any of its rows is locked. */
export function lockTree(write: Pick<Write, 'ctx' | 'plan'>): void {
  write.ctx.tx.send({ text: `select pg_advisory_xact_lock(hashtext('tree ' || $1))`, values: [write.plan.table] });
}

/** Before the row is written: its place is found, the tree makes room, and loops are refused. */
export async function placeInTree(write: Write): Promise<void> {
  const { plan, doc, before } = write;
  if (!plan.isTree) return;
  const parent = doc[plan.treeParentField];
  if (before && sameValue(before[plan.treeParentField], parent)) {
    doc.lft = before.lft;
    doc.rgt = before.rgt;
    return;
  }
  lockTree(write);
  if (before) await move(write);
  else await insertLeaf(write);
  if (plan.byName.get('old_parent')?.column) doc.old_parent = isEmpty(parent) ? null : parent;
}

interface Node {
  lft: number;
  rgt: number;
  isGroup: boolean;
}

async function readNode(write: Write, name: unknown): Promise<Node | undefined> {
  const [row] = await write.ctx.tx.query({
    text: `select lft, rgt, is_group from ${quote(write.plan.table)} where name = $1`,
    values: [String(name)],
  });
  return row && { lft: Number(row.lft), rgt: Number(row.rgt), isGroup: row.is_group === true };
}

async function newParent(write: Write): Promise<Node | undefined> {
  const name = write.doc[write.plan.treeParentField];
  if (isEmpty(name)) return undefined;
  const parent = await readNode(write, name);
  const field = write.plan.treeParentField;
  if (!parent)
    throw treeProblem(field, `There is no ${write.plan.name} called ${JSON.stringify(name)} to stand under.`);
  if (!parent.isGroup)
    throw treeProblem(
      field,
      `${JSON.stringify(name)} is no group, so nothing can stand under it. Set its is_group first.`,
    );
  return parent;
}

async function lastRight(write: Write): Promise<number> {
  const [row] = await write.ctx.tx.query({
    text: `select coalesce(max(rgt), 0) as last from ${quote(write.plan.table)}`,
    values: [],
  });
  return Number(row?.last);
}

async function insertLeaf(write: Write): Promise<void> {
  const parent = await newParent(write);
  const left = parent ? parent.rgt : (await lastRight(write)) + 1;
  if (parent) shift(write, left, 2);
  write.doc.lft = left;
  write.doc.rgt = left + 1;
}

/** Everything from this number on moves by so much. */
function shift(write: Write, from: number, by: number): void {
  const table = quote(write.plan.table);
  noteSome(write.ctx, write.plan);
  write.ctx.tx.send({
    text: `update ${table} set lft = case when lft >= $1 then lft + $2 else lft end, rgt = rgt + $2 where rgt >= $1`,
    values: [from, by],
  });
}

/** The subtree goes out to negative numbers, the gap closes, room is made, the subtree comes back. */
async function move(write: Write): Promise<void> {
  const { plan, doc, ctx } = write;
  const table = quote(plan.table);
  const self = (await readNode(write, doc.name)) as Node;
  const target = await newParent(write);
  if (target && target.lft >= self.lft && target.rgt <= self.rgt) {
    throw treeProblem(
      plan.treeParentField,
      `${JSON.stringify(doc.name)} cannot stand under itself or one of its own descendants.`,
    );
  }
  const width = self.rgt - self.lft + 1;
  ctx.tx.send({
    text: `update ${table} set lft = -lft, rgt = -rgt where lft >= $1 and rgt <= $2`,
    values: [self.lft, self.rgt],
  });
  shift(write, self.rgt + 1, -width);
  const parent = await newParent(write);
  const left = parent ? parent.rgt : (await lastRight(write)) + 1;
  if (parent) shift(write, left, width);
  ctx.tx.send({
    text: `update ${table} set lft = -lft + $1, rgt = -rgt + $1 where lft < 0`,
    values: [left - self.lft],
  });
  doc.lft = left;
  doc.rgt = left + width - 1;
}

/** After a leaf is gone the gap is closed. Refuses while something stands under it. */
export async function leaveTree(write: Write): Promise<void> {
  if (!write.plan.isTree) return;
  lockTree(write);
  const self = await readNode(write, write.doc.name);
  if (!self) return;
  if (self.rgt - self.lft > 1) {
    throw new AppError(
      'linked',
      `${write.doc.name} cannot be deleted while other ${write.plan.name} documents stand under it. Move or delete those first.`,
    );
  }
  write.ctx.tx.send({
    text: `update ${quote(write.plan.table)} set lft = 0, rgt = 0 where name = $1`,
    values: [String(write.doc.name)],
  });
  shift(write, self.rgt + 1, -2);
}

/** Whether a group may become a leaf: only with nothing under it. */
export async function checkGroup(write: Write): Promise<void> {
  const { plan, doc, before } = write;
  if (!plan.isTree || !before || before.is_group !== true || doc.is_group === true) return;
  const self = await readNode(write, doc.name);
  if (self && self.rgt - self.lft > 1)
    throw treeProblem('is_group', `${doc.name} has others under it, so it must stay a group.`);
}

function treeProblem(field: string, message: string): AppError {
  return new AppError('validation', message, { errors: [{ field, code: 'tree', message }] });
}
