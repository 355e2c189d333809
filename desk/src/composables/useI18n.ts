/** Texts in the reader's language. The key is the English text itself, as in Frappe; a missing one stays English. */
import { computed, shallowRef } from 'vue';

export type Dictionary = Readonly<Record<string, string>>;

const dictionary = shallowRef<Dictionary>({});
const locale = shallowRef<string | undefined>(undefined);

const RTL = /^(ar|he|fa|ur|ps|dv|ckb)\b/;

/** `__('Delete {0} documents', 3)`. A context tells apart what English spells alike: `text:context` is looked up first. */
export function __(text: string, ...args: readonly (string | number)[]): string {
  return fill(dictionary.value[text] ?? text, args);
}

export function __in(context: string, text: string, ...args: readonly (string | number)[]): string {
  return fill(dictionary.value[`${text}:${context}`] ?? dictionary.value[text] ?? text, args);
}

/** `__n(1, '{0} document', '{0} documents')`. */
export function __n(count: number, one: string, many: string): string {
  const isOne = new Intl.PluralRules(locale.value).select(count) === 'one';
  return __(isOne ? one : many, new Intl.NumberFormat(locale.value).format(count));
}

export function useLanguage(language: string | undefined, texts: Dictionary): void {
  locale.value = language;
  dictionary.value = texts;
  document.documentElement.lang = language ?? 'en';
  document.documentElement.dir = dirOf(language);
}

export function useI18n() {
  return { __, __in, __n, locale, dir: computed(() => dirOf(locale.value)) };
}

function dirOf(language: string | undefined): 'ltr' | 'rtl' {
  return RTL.test(language ?? '') ? 'rtl' : 'ltr';
}

function fill(text: string, args: readonly (string | number)[]): string {
  return args.length === 0 ? text : text.replaceAll(/\{(\d+)\}/g, (whole, at) => String(args[Number(at)] ?? whole));
}
