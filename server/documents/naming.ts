/**
 * Names of new documents (SEMANTICS.md 1.14). Counters are rows of Naming Counter, locked until the
 * write commits: series and patterns have no gap and no repeat. `autoincrement` is a sequence: no
 * repeat, but a failed write leaves a gap.
 */
import { randomInt } from 'node:crypto';
import { quote } from '../db/rows.ts';
import { isEmpty } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { MAX_DOCUMENT_NAME, shortHash } from '../kernel/names.ts';
import { TENANT_COLUMN } from '../kernel/tenancy.ts';
import { seriesParts } from '../schema/naming-rule.ts';
import type { NamePart, NamingRule } from '../schema/plan.ts';
import { hookArgument, runHook } from './run-hooks.ts';
import type { Write } from './write.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export async function nameDocument(write: Write): Promise<void> {
  await runHook(write, 'before_naming');
  const name = (await makeName(write)).trim();
  checkName(write, name);
  write.doc.name = name;
  fillNameField(write, name);
}

/** `field:x`: the field is the name, also where the name is another than was given (an amendment). */
function fillNameField({ plan, doc }: Write, name: string): void {
  const field = plan.naming.kind === 'field' ? plan.byName.get(plan.naming.fieldname) : undefined;
  if (field?.column && field.sql?.type === 'text' && !field.link) doc[field.fieldname] = name;
}

async function makeName(write: Write): Promise<string> {
  const { plan, doc, requestedName } = write;
  const rule = plan.naming;
  if (rule.kind === 'autoincrement') return agreed(await nextOfSequence(write, rule.sequence), requestedName);
  if (rule.kind === 'uuid') return uuidName(write);
  if (rule.kind === 'single') return plan.name;
  if (plan.isSubmittable && !isEmpty(doc.amended_from)) return amendedName(write, String(doc.amended_from));
  const own = await autoname(write);
  if (own) return own;
  return nameByRule({ write, rule, requestedName });
}

async function nameByRule(q: { write: Write; rule: NamingRule; requestedName?: string }): Promise<string> {
  const { write, rule, requestedName } = q;
  switch (rule.kind) {
    case 'prompt':
      if (!requestedName) throw nameProblem(`${write.plan.name} documents are named by hand: give a name.`);
      return requestedName;
    case 'field': {
      const value = write.doc[rule.fieldname];
      if (isEmpty(value))
        throw nameProblem(
          `${write.plan.name} documents are named by their ${rule.fieldname}: fill it.`,
          rule.fieldname,
        );
      return agreed(String(value), requestedName);
    }
    case 'series':
      return agreed(await seriesName(write, rule), requestedName);
    case 'pattern':
      return agreed(await patternName(write, rule.parts), requestedName);
    default:
      return requestedName ?? hashName(write.ctx.now);
  }
}

/** A name that the rule makes cannot be chosen. */
function agreed(made: string, requested: string | undefined): string {
  if (requested !== undefined && requested !== made) {
    throw nameProblem(
      `The name is made by the DocType's naming rule and cannot be ${JSON.stringify(requested.slice(0, 80))}. Leave it out.`,
    );
  }
  return made;
}

async function autoname(write: Write): Promise<string | undefined> {
  for (const controller of write.ctx.services.controllers.of(write.plan.name)) {
    const name = await controller.autoname?.(hookArgument(write));
    if (name) return name;
  }
  return undefined;
}

function uuidName(write: Write): string {
  const { requestedName } = write;
  if (requestedName === undefined) return write.ctx.services.ids.uuid();
  if (!UUID.test(requestedName))
    throw nameProblem(
      `${write.plan.name} documents are named by a UUID, and ${JSON.stringify(requestedName.slice(0, 80))} is none.`,
    );
  return requestedName.toLowerCase();
}

/** `SO-0001` → `SO-0001-1` → `SO-0001-2`: only the number of an amendment is counted on. */
async function amendedName(write: Write, source: string): Promise<string> {
  const [row] = await write.ctx.tx.query({
    text: `select amended_from from ${quote(write.plan.table)} where name = $1`,
    values: [source],
  });
  const match = isEmpty(row?.amended_from) ? null : /^(.*)-(\d+)$/s.exec(source);
  return match ? `${match[1]}-${Number(match[2]) + 1}` : `${source}-1`;
}

async function seriesName(write: Write, rule: Extract<NamingRule, { kind: 'series' }>): Promise<string> {
  const chosen = write.doc[rule.fieldname];
  const series = isEmpty(chosen) ? rule.options[0] : String(chosen);
  if (!series) throw nameProblem(`Choose a naming series in ${rule.fieldname}.`, rule.fieldname);
  if (!/^[\w\- /.#{}]+$/.test(series))
    throw nameProblem(
      `${JSON.stringify(series.slice(0, 80))} is no naming series: letters, digits, "- / . # { }" only.`,
      rule.fieldname,
    );
  if (rule.options.length > 0 && !rule.options.includes(series)) {
    throw nameProblem(
      `${JSON.stringify(series.slice(0, 80))} is none of the series ${rule.options.join(', ')}.`,
      rule.fieldname,
    );
  }
  if (isEmpty(chosen)) write.doc[rule.fieldname] = series;
  return patternName(
    write,
    seriesParts(series, (name) => write.plan.byName.has(name)),
  );
}

async function patternName(write: Write, parts: readonly NamePart[]): Promise<string> {
  const at = parts.findIndex((part) => part.kind === 'counter');
  const texts = parts.map((part) => (part.kind === 'counter' ? '' : partText(write, part)));
  const counter = parts[at];
  if (counter?.kind !== 'counter') return texts.join('');
  const before = texts.slice(0, at).join('');
  const after = texts.slice(at + 1).join('');
  return before + (await nextOfCounter(write, { before, after, digits: counter.digits })) + after;
}

function partText(write: Write, part: Exclude<NamePart, { kind: 'counter' }>): string {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'date') return datePart(part.format, write.ctx.now);
  const value = Object.hasOwn(write.doc, part.fieldname) ? write.doc[part.fieldname] : undefined;
  return isEmpty(value) ? '' : String(value);
}

export function datePart(format: string, now: number): string {
  const date = new Date(now);
  const year = date.getUTCFullYear();
  const dayOfYear = Math.floor(
    (Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(year, 0, 0)) / 86_400_000,
  );
  switch (format) {
    case 'YYYY':
      return String(year);
    case 'YY':
      return String(year).slice(-2);
    case 'MM':
      return String(date.getUTCMonth() + 1).padStart(2, '0');
    case 'DD':
      return String(date.getUTCDate()).padStart(2, '0');
    case 'JJJ':
      return String(dayOfYear).padStart(3, '0');
    case 'WW':
      return String(Math.ceil(dayOfYear / 7)).padStart(2, '0');
    default:
      return date.toISOString().replace('T', ' ').replace('Z', '000');
  }
}

interface CountedName {
  before: string;
  after: string;
  digits: number;
}

/** Names that were given by hand, or came back from the recycle bin, are passed over: at most so many at once. */
const MAX_PASSED_OVER = 1000;

/** The number as text. Locks the counter's row until the write ends; made at 1. */
async function nextOfCounter(write: Write, q: CountedName): Promise<string> {
  const { ctx, now, plan } = write;
  const statement = counterStatement(plan.storage === 'table' ? plan.table : '', plan.tenancy !== undefined);
  const prefix = q.before || plan.name;
  for (let tries = 0; tries < MAX_PASSED_OVER; tries++) {
    const [row] = await ctx.tx.query({
      ...statement,
      values: [ctx.services.ids.uuid(), prefix, ctx.actor.user, now, q.before, q.digits, q.after],
    });
    if (row?.taken !== true) return String(row?.number);
  }
  throw nameProblem(
    `The next ${MAX_PASSED_OVER} names after ${JSON.stringify(prefix)} are taken. Set "current" of that Naming Counter to the last number in use.`,
  );
}

/** One statement: the next number, padded, and whether a document has the name that it makes. */
function counterStatement(table: string, isPerTenant: boolean): { name: string; text: string } {
  const name = '$5::text || numbered || $7::text';
  const taken = table === '' ? 'false' : `exists (select 1 from ${quote(table)} where name = ${name})`;
  const text = `with next as (
      insert into naming_counter (id, name, owner, creation, modified, modified_by, prefix, current)
      values ($1, $2, $3, $4, $4, $3, $2, 1)
      on conflict (${isPerTenant ? `name, ${TENANT_COLUMN}` : 'name'}) do update set current = naming_counter.current + 1, modified = excluded.modified
      returning current)
    select numbered as number, ${taken} as taken from next, lateral (select lpad(current::text, greatest($6::int, length(current::text)), '0') as numbered) n`;
  return { name: `next_of_counter_${shortHash(text)}`, text };
}

async function nextOfSequence(write: Write, sequence: string): Promise<string> {
  const [row] = await write.ctx.tx.query({
    text: `select nextval($1::regclass)::text as next`,
    values: [quote(sequence)],
  });
  return String(row?.next);
}

const BASE32 = '0123456789abcdefghijklmnopqrstuv';

/** Six of these characters. */
const MOST_NAMES = 2 ** 30;
/** Odd, so that every number becomes another one: names that follow each other do not look alike. */
const SCATTER = 0x2c1b3c6d;
/** By chance in each process, and counted from there: were every name by chance, those of one large table would meet. */
let named = randomInt(MOST_NAMES);

/** Ten characters: four of the time, so that names of one moment stand together, six that none has had before. */
export function hashName(now: number): string {
  named = (named + 1) % MOST_NAMES;
  return inBase32(Math.floor(now / 1000), 4) + inBase32(Math.imul(named, SCATTER) >>> 0, 6);
}

/** The last characters of a number. */
function inBase32(number: number, length: number): string {
  let text = '';
  for (let rest = number; text.length < length; rest = Math.floor(rest / 32)) text = BASE32[rest % 32] + text;
  return text;
}

/** Takes the last number back when its document goes: the next one gets it again (SEMANTICS.md 1.14). */
export function revertCounter(write: Pick<Write, 'ctx' | 'plan'>, name: string): void {
  const { naming } = write.plan;
  if (naming.kind !== 'series' && naming.kind !== 'pattern') return;
  const match = /^(.*?)(\d+)$/s.exec(name);
  if (!match?.[2] || match[2].length > 15) return;
  write.ctx.tx.send({
    text: 'update naming_counter set current = current - 1 where name = $1 and current = $2',
    values: [match[1] || write.plan.name, Number(match[2])],
  });
}

/** What no name may be, whatever made it. */
export function checkName(write: Pick<Write, 'plan'>, name: string): void {
  if (name === '') throw nameProblem('A document needs a name.');
  if ([...name].length > MAX_DOCUMENT_NAME)
    throw nameProblem(`A name has at most ${MAX_DOCUMENT_NAME} characters; this one has ${[...name].length}.`);
  if (/[<>\p{Cc}\p{Bidi_Control}\u200b\u2060\ufeff]/u.test(name))
    throw nameProblem('A name holds no "<", ">", line break or control character.');
  if (!name.isWellFormed()) throw nameProblem('A name holds no half of a surrogate pair, which is no character.');
  if (name !== name.normalize('NFC')) throw nameProblem('A name must be in the composed Unicode form (NFC).');
  if (name === '.' || name === '..') throw nameProblem('"." and ".." are no names.');
  if (write.plan.storage !== 'single' && name === write.plan.name)
    throw nameProblem(`A ${write.plan.name} cannot be called like its DocType.`);
}

function nameProblem(message: string, field = 'name'): AppError {
  return new AppError('validation', message, { errors: [{ field, code: 'invalid_name', message }] });
}
