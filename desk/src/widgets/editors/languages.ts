/** Languages of the code editor by what `options` of a field call them; each comes when it is asked for. */
import type { Extension } from '@codemirror/state';

type Load = () => Promise<Extension>;

const javascript: Load = async () => (await import('@codemirror/lang-javascript')).javascript();
const html: Load = async () => (await import('@codemirror/lang-html')).html();
const css: Load = async () => (await import('@codemirror/lang-css')).css();
const python: Load = async () => (await import('@codemirror/lang-python')).python();
const markdown: Load = async () => (await import('@codemirror/lang-markdown')).markdown();
const sql: Load = async () => {
  const { sql: make, PostgreSQL } = await import('@codemirror/lang-sql');
  return make({ dialect: PostgreSQL });
};
const json: Load = async () => {
  const [{ json: make, jsonParseLinter }, { linter, lintGutter }] = await Promise.all([
    import('@codemirror/lang-json'),
    import('@codemirror/lint'),
  ]);
  const parse = jsonParseLinter();
  // An empty box is no mistake.
  return [make(), linter((view) => (view.state.doc.toString().trim() === '' ? [] : parse(view))), lintGutter()];
};

const LANGUAGES: Readonly<Record<string, Load>> = {
  javascript,
  js: javascript,
  typescript: javascript,
  html,
  jinja: html,
  xml: html,
  vue: html,
  css,
  scss: css,
  python,
  pythonexpression: python,
  py: python,
  sql,
  json,
  markdown,
  md: markdown,
};

/** Nothing for one that is not known: it is edited as plain text. */
export async function loadLanguage(name: string): Promise<Extension> {
  return (await LANGUAGES[name.toLowerCase().trim()]?.()) ?? [];
}
