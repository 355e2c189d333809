/** What somebody is told who has just signed in, whichever way they came: the session, or that a second step follows. */
import type { Actor } from '../kernel/actor.ts';
import { toTimestamp } from '../kernel/time.ts';
import { type Answer, type Call, json } from './call.ts';
import { sessionCookie } from './sign-in.ts';

export interface Entry {
  token: string;
  actor: Actor;
  expires: number;
}

/** `entry` that is no session is told as it is: it says what more is asked for. */
export async function entryAnswer(call: Call, entry: Entry | object): Promise<Answer> {
  if (!isSession(entry)) return json(entry);
  const { token, expires } = entry;
  const body = {
    ...(await call.http.auth.profileOf(entry.actor)),
    token,
    access_token: token,
    token_type: 'Bearer',
    expires: toTimestamp(expires),
    stream_cursor: call.http.streamCursor?.(),
  };
  return { ...json(body), cookies: [sessionCookie(call, entry)] };
}

/** Takes the session cookie back. */
export function leaveCookies(call: Call): readonly string[] {
  return [sessionCookie(call)];
}

function isSession(entry: Entry | object): entry is Entry {
  return 'token' in entry && 'actor' in entry;
}
