/** /api/v1/settings/user/{doctype}: how the caller left the list of a DocType; without one, the desk. */
import type { Context } from '../documents/contract.ts';
import { readUserSettings, writeUserSettings } from '../views/user-settings.ts';
import { type Answer, type Call, json, type Route } from './call.ts';

const doctypeOf = (call: Call): string | undefined => call.segments[4];

async function read(call: Call, ctx: Context): Promise<Answer> {
  return json(await readUserSettings(ctx, doctypeOf(call)));
}

async function write(call: Call, ctx: Context): Promise<Answer> {
  return json(await writeUserSettings(ctx, doctypeOf(call), call.given));
}

const OF_DESK = '/api/v1/settings/user';
const PATH = '/api/v1/settings/user/*';

export const userSettingRoutes: readonly Route[] = [
  { method: 'GET', path: OF_DESK, query: [], access: 'signed-in', answer: read },
  { method: 'PUT', path: OF_DESK, query: [], access: 'signed-in', isWrite: true, answer: write },
  { method: 'GET', path: PATH, query: [], access: 'signed-in', answer: read },
  { method: 'PUT', path: PATH, query: [], access: 'signed-in', isWrite: true, answer: write },
];
