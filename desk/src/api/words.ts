/** The words of the desk in a language, as data of the server; and what a person has chosen for themselves. */
import { request } from './client.ts';

export interface Words {
  language: string;
  dir: 'ltr' | 'rtl';
  /** Those that there is a dictionary of, English among them. */
  languages: readonly string[];
  messages: Readonly<Record<string, string>>;
  /** By context: a DocType, or "plural few" for a form of the plural. */
  contexts: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Without a language that of the caller, or of the browser. */
export function getWords(lang?: string): Promise<Words> {
  return request('GET', '/api/v1/settings/translations', { query: { lang }, isSignIn: true });
}

export interface Choice {
  language?: string | null;
  time_zone?: string | null;
  desk_theme?: string | null;
}

export function choose(choice: Choice): Promise<Choice> {
  return request('PATCH', '/api/v1/auth/me', { body: choice });
}
