/** Whether the sessions of those who follow go on, by one statement for all of them: some end in silence, by time. */
import type { Follower } from './follower.ts';

/** Those whose sessions have ended. */
export async function endedOf(followers: Iterable<Follower>): Promise<Follower[]> {
  const among = [...followers].filter(({ call }) => call.identity?.session);
  const [first] = among;
  if (!first) return [];
  const alive = await first.call.http.auth.sessions.aliveOf([...new Set(among.map(sessionOf))]);
  return among.filter((each) => !each.isEnded && !alive.has(sessionOf(each)));
}

function sessionOf({ call }: Follower): string {
  return call.identity?.session?.id ?? '';
}
