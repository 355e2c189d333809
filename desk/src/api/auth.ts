/** Signing in and out, and who is signed in. The session is a cookie that no script reads. */
import { ProblemError, request } from './client.ts';

export interface User {
  user: string;
  full_name: string;
  roles: readonly string[];
  /** As they chose, or else the system's. */
  time_zone?: string;
  /** Where maps fetch their tiles, and whose those are; absent: nowhere. */
  map?: { url: string; attribution: string };
  /** What the stream goes on from: what was read since is known then. */
  stream_cursor?: string;
  /** What they chose for themselves; null: nothing. */
  chosen?: { language: string | null; time_zone: string | null; desk_theme: string | null };
}

/** The password was right, and a second step is asked for. */
export interface Challenge {
  tmp_id: string;
  [key: string]: unknown;
}

export interface Provider {
  name: string;
  label: string;
}

/** The server has said so with the page itself: asking would only be refused. False: not known. */
export function cameAsNobody(): boolean {
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return page?.serverTiming?.some(({ name }) => name === 'desk-nobody') === true;
}

/** Undefined: nobody is signed in. */
export async function whoAmI(): Promise<User | undefined> {
  try {
    return await request<User>('GET', '/api/v1/auth/me', { isSignIn: true });
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return undefined;
    throw error;
  }
}

export function signIn(user: string, password: string): Promise<User | Challenge> {
  return request('POST', '/api/v1/auth/login', { body: { user, password }, isSignIn: true });
}

/** `otp`: the code of the person's app, or a recovery code. */
export function answerChallenge(tmpId: string, otp: string): Promise<User> {
  return request('POST', '/api/v1/auth/login', { body: { tmp_id: tmpId, otp }, isSignIn: true });
}

/** The answer is the same whether or not there is such an account. */
export function forgotPassword(user: string): Promise<{ message: string }> {
  return request('POST', '/api/v1/auth/password/forgot', { body: { user }, isSignIn: true });
}

/** Ends all other sessions of one's own; this one goes on under a new cookie. */
export function changePassword(current: string, fresh: string): Promise<User> {
  const body = { current_password: current, new_password: fresh };
  return request('POST', '/api/v1/auth/password', { body });
}

/** By a System Manager, whose `own` password it takes unless they have just signed in. */
export function setPasswordOf(user: string, own: string, fresh: string): Promise<void> {
  const body = { new_password: fresh, ...(own === '' ? {} : { password: own }) };
  return request('POST', `/api/v1/auth/users/${encodeURIComponent(user)}/password`, { body });
}

export function signOut(): Promise<void> {
  return request('POST', '/api/v1/auth/logout', { body: {}, isSignIn: true });
}

export async function listProviders(): Promise<Provider[]> {
  return (await request<{ items: Provider[] }>('GET', '/api/v1/auth/oauth', { isSignIn: true })).items;
}

/** Where the browser goes to sign in with a provider. */
export function providerUrl(name: string, redirectTo: string): string {
  return `/api/v1/auth/oauth/${encodeURIComponent(name)}/start?redirect_to=${encodeURIComponent(redirectTo)}`;
}
