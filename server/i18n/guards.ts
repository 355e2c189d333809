/** A Translation's language is a language code in its usual letters, and no text is translated twice. */
import type { Guard } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { languageTag } from './language.ts';

const GUARD: Guard = {
  async check({ ctx, doc }) {
    const language = languageTag(String(doc.language ?? ''));
    if (language === undefined)
      throw problem('validation', 'language', 'language must be a language code, such as de or pt-BR.');
    doc.language = language;
    const values = [language, String(doc.context ?? ''), String(doc.source_text ?? ''), String(doc.name ?? '')];
    ctx.tx.send({
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`translation ${values.slice(0, 3).join('\n')}`],
    });
    const [there] = await ctx.tx.query({
      text: `select name from translation where language = $1 and coalesce(context, '') = $2 and source_text = $3 and name <> $4 limit 1`,
      values,
    });
    if (there)
      throw problem(
        'duplicate',
        'source_text',
        `This text has a translation into ${language} already (${there.name}). Change that one.`,
      );
  },
};

function problem(code: 'validation' | 'duplicate', field: string, message: string): AppError {
  return new AppError(code, message, {
    errors: [{ field, code: code === 'duplicate' ? 'duplicate' : 'bad_language', message }],
  });
}

export const I18N_GUARDS: readonly (readonly [string, Guard])[] = [['Translation', GUARD]];
