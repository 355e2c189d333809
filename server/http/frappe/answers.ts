/** Answers in Frappe's envelopes: `data` or `message`, and what is said to the developer beside them. */
import { type Answer, json } from '../call.ts';

/** The members of a v1 answer to a method: `message`, and for forms `docs` and others. */
export type Outcome = Readonly<Record<string, unknown>> & {
  message?: unknown;
  docs?: unknown;
  notes?: readonly string[];
};

/** `{"data": …}`; notes go to the browser's console, as Frappe's debug messages do. */
export function dataAnswer(q: {
  data: unknown;
  notes?: readonly string[];
  version: 1 | 2;
  status?: number;
  more?: Record<string, unknown>;
}): Answer {
  return json({ data: q.data, ...q.more, ...told(q.notes ?? [], q.version) }, q.status ?? 200);
}

/** What a method gave: v1 has it as `message`, v2 as `data`. */
export function outcomeAnswer(outcome: Outcome, version: 1 | 2): Answer {
  const { notes = [], ...members } = outcome;
  if (version === 1) return json({ ...members, ...told(notes, version) });
  const { message = null, docs } = members;
  return json({ data: message, ...(docs === undefined ? {} : { docs }), ...told(notes, version) });
}

function told(notes: readonly string[], version: 1 | 2): Record<string, unknown> {
  if (notes.length === 0) return {};
  return version === 1 ? { _debug_messages: JSON.stringify(notes) } : { debug: notes };
}
