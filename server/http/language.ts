/** In which language a request is answered, and the route that gives its dictionary to the front end. */
import type { Context } from '../documents/contract.ts';
import type { Dictionary } from '../i18n/dictionaries.ts';
import { chooseLanguage, isRightToLeft, languageTag, SOURCE_LANGUAGE } from '../i18n/language.ts';
import { type Answer, type Call, cookieOf, type Route } from './call.ts';
import { tagged } from './etags.ts';
import { refusal } from './given.ts';

const COOKIE = 'preferred_language';

/** The words of the caller's language: `_lang`, the user's choice, a cookie, the browser, the system. */
export async function wordsFor(call: Call, ctx: Context, asked = call.query.get('_lang')): Promise<Dictionary> {
  const { dictionaries } = call.http;
  const { known, system } = await dictionaries.languages(ctx);
  const language = chooseLanguage({
    asked,
    ofUser: ctx.actor.language,
    cookie: cookieOf(call, COOKIE),
    acceptLanguage: call.header('accept-language'),
    ofSystem: system,
    known,
  });
  return dictionaries.of(ctx, language);
}

export function inLanguage(answer: Answer, words: Dictionary): Answer {
  const language = words.isEmpty ? SOURCE_LANGUAGE : words.language;
  return { ...answer, headers: { ...answer.headers, 'content-language': language } };
}

/** `?lang=de`; without it the caller's language. The texts are no secret: a page to sign in needs them too. */
async function translations(call: Call, ctx: Context): Promise<Answer> {
  const lang = call.query.get('lang') ?? call.query.get('_lang');
  if (lang !== undefined && languageTag(lang) === undefined)
    throw refusal(
      'lang',
      `lang must be a language code, such as de or pt-BR; it is ${JSON.stringify(lang.slice(0, 40))}.`,
    );
  const words = await wordsFor(call, ctx, lang);
  const { known } = await call.http.dictionaries.languages(ctx);
  const text = JSON.stringify({
    language: words.language,
    dir: isRightToLeft(words.language) ? 'rtl' : 'ltr',
    languages: [...new Set([SOURCE_LANGUAGE, ...known])].sort(),
    messages: Object.fromEntries(words.messages),
    contexts: Object.fromEntries([...words.contexts].map(([context, texts]) => [context, Object.fromEntries(texts)])),
  });
  return inLanguage(tagged(call, text), words);
}

export const languageRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/settings/translations',
    query: ['lang', '_lang'],
    access: 'signed-in',
    guests: true,
    scoped: true,
    answer: translations,
  },
];
