/** Language tags as browsers and Frappe write them, and as Intl takes them. */
import { describe, expect, it } from 'vitest';
import { firstTag, languageName, languageTag } from '../../../desk/src/meta/language-tags.ts';

describe('a language tag', () => {
  it.each([
    ['en-US@posix', 'en-US'],
    ['de_DE.UTF-8', 'de-DE'],
    ['pt_BR', 'pt-BR'],
    ['zh-hans-cn', 'zh-Hans-CN'],
    ['C', undefined],
    ['', undefined],
    [undefined, undefined],
    ['<b>', undefined],
  ])('%s is %s', (given, tag) => {
    expect(languageTag(given)).toBe(tag);
    if (tag !== undefined) expect(() => new Intl.NumberFormat(tag)).not.toThrow();
  });

  it('is the first that is one, and English where none is', () => {
    expect(firstTag(undefined, 'C', 'fr_CH', 'de')).toBe('fr-CH');
    expect(firstTag('C', '')).toBe('en');
  });

  it('has a name, or is its own', () => {
    expect(languageName('de', 'en')).toBe('German');
    expect(languageName('de_DE', 'de')).toBe('Deutsch (Deutschland)');
    expect(languageName('C', 'en@posix')).toBe('C');
  });
});
