/** Bodies as Frappe's clients send them: a JSON object, or a form whose values are text and may spell JSON. */
import { AppError } from '../../kernel/error.ts';
import { type Body, readBody, readText } from '../body.ts';
import { parseQuery } from '../path.ts';

const FORM = 'application/x-www-form-urlencoded';

/** Throws as readBody does, and `bad_request` for a form whose names repeat or are broken. */
export async function readFrappeBody(request: Request, limit: number): Promise<Body> {
  if (!request.headers.get('content-type')?.toLowerCase().startsWith(FORM)) return readBody(request, limit);
  const text = await readText(request, limit);
  return { text, given: Object.fromEntries(safePairs(text)) };
}

function safePairs(text: string): ReadonlyMap<string, string> {
  const pairs = parseQuery(text);
  if (!pairs.has('__proto__')) return pairs;
  throw new AppError('bad_request', 'The form has a field "__proto__", which is not allowed. Leave it out.');
}
