/** One thing done to many documents, a hundred at a time: how far it is, what became of each, what failed once more. */
import { computed, shallowRef } from 'vue';
import { type BulkRow, type BulkWish, bulk } from '../api/documents.ts';
import type { Doc } from '../meta/types.ts';
import { usePatchRows, useStaleLists } from './useList.ts';

const AT_ONCE = 100;
/** Of what each document is asked for on its own. */
const SIDE_BY_SIDE = 4;

export interface BulkJob {
  /** Absent: `each` is what is done. */
  action?: BulkWish['action'];
  names: readonly string[];
  /** Done to each on its own; throws what is to be said of it. */
  each?(name: string): Promise<unknown>;
  /** What an update writes into each. */
  data?(name: string): Readonly<Record<string, unknown>>;
}

export interface BulkOutcome {
  name: string;
  ok: boolean;
  message: string;
}

export function useBulk(doctype: () => string) {
  const patch = usePatchRows();
  const stale = useStaleLists();
  const job = shallowRef<BulkJob | undefined>();
  const outcomes = shallowRef<readonly BulkOutcome[]>([]);
  const isRunning = shallowRef(false);
  let isStopped = false;

  /** Ends when all are done or it was stopped. Gives the names that went well. */
  async function run(wish: BulkJob): Promise<string[]> {
    job.value = wish;
    outcomes.value = [];
    isRunning.value = true;
    isStopped = false;
    const changed = new Map<string, Doc | undefined>();
    const step = wish.each ? SIDE_BY_SIDE : AT_ONCE;
    for (let at = 0; at < wish.names.length && !isStopped; at += step) {
      const names = wish.names.slice(at, at + step);
      const rows = await send(wish, names);
      outcomes.value = [...outcomes.value, ...rows.map((row, index) => outcomeOf(row, names[index] as string))];
      for (const [index, row] of rows.entries())
        if (row.ok) changed.set(names[index] as string, wish.action === 'delete' ? undefined : (row.doc ?? {}));
    }
    isRunning.value = false;
    if (changed.size > 0) {
      patch(doctype(), changed);
      void stale(doctype());
    }
    return [...changed.keys()];
  }

  async function send({ each, action, data }: BulkJob, names: readonly string[]): Promise<BulkRow[]> {
    if (each) return Promise.all(names.map((name) => sendOne(name, each)));
    if (!action) return [];
    try {
      const docs = names.map((name) => ({ ...data?.(name), name }));
      const { results } = await bulk(doctype(), { action, docs, atomic: false });
      return results;
    } catch (error) {
      // The whole hundred was refused, or the server could not be reached: that is so for each.
      return names.map((name) => ({ name, ok: false, error: { detail: (error as Error).message } }));
    }
  }

  const failed = computed(() => outcomes.value.filter(({ ok }) => !ok));
  return {
    job,
    outcomes,
    failed,
    isRunning,
    done: computed(() => outcomes.value.length),
    run,
    retry: () => (job.value ? run({ ...job.value, names: failed.value.map(({ name }) => name) }) : Promise.resolve([])),
    stop: () => {
      isStopped = true;
    },
  };
}

async function sendOne(name: string, each: (name: string) => Promise<unknown>): Promise<BulkRow> {
  try {
    await each(name);
    return { name, ok: true };
  } catch (error) {
    return { name, ok: false, error: { detail: (error as Error).message } };
  }
}

function outcomeOf({ ok, error }: BulkRow, name: string): BulkOutcome {
  const message = error?.errors?.map((each) => each.message).join(' ') || error?.detail || error?.title || '';
  return { name, ok, message };
}
