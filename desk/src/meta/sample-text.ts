/** A request as text that runs as it stands: for a shell with curl, for TypeScript with fetch, and values as GraphQL writes them. */

export interface SampleRequest {
  method: string;
  /** With host, without query. */
  url: string;
  query?: readonly (readonly [name: string, value: string])[];
  body?: unknown;
}

/** `TOKEN` is a variable of the shell, so that no secret stands in what is passed on. */
export function curlText({ method, url, query = [], body }: SampleRequest): string {
  const isPlainGet = method === 'GET' && query.length > 0 && body === undefined;
  const flags = isPlainGet ? '-G ' : method === 'GET' ? '' : `-X ${method} `;
  const address =
    isPlainGet || query.length === 0 ? url : `${url}?${new URLSearchParams(query.map(([...pair]) => pair))}`;
  const lines = [`curl -sS ${flags}${shellQuoted(address)}`, '-H "Authorization: Bearer $TOKEN"'];
  if (isPlainGet) lines.push(...query.map(([name, value]) => `--data-urlencode ${shellQuoted(`${name}=${value}`)}`));
  if (body !== undefined)
    lines.push("-H 'Content-Type: application/json'", `-d ${shellQuoted(JSON.stringify(body, null, 2))}`);
  return `${lines.join(' \\\n  ')}\n`;
}

export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export interface FetchSample {
  /** Of the function. */
  name: string;
  comment: string;
  /** The TypeScript type of the answer; `void` for none. */
  answers: string;
  request: SampleRequest;
  /** Of the parameter that is the body; without it the body stands in the function. */
  takes?: string;
}

/** A function with fetch and nothing else, for any project: `token` is what the sign-in answered, or of an API key. */
export function fetchText({ name, comment, answers, request, takes }: FetchSample): string {
  const { method, url, query = [], body } = request;
  const lines = [`/** ${comment.replaceAll('*/', '* /')} \`token\`: what the sign-in answered. */`];
  const parameters = takes ? `token: string, given: ${takes}` : 'token: string';
  lines.push(`export async function ${name}(${parameters}): Promise<${answers}> {`);
  if (query.length > 0) {
    lines.push('  const query = new URLSearchParams({');
    for (const [key, value] of query) lines.push(`    ${keyText(key)}: ${queryValueText(value)},`);
    lines.push('  });');
  }
  const address = query.length > 0 ? `\`${templateText(url)}?\${query}\`` : quoted(url);
  const hasBody = body !== undefined || takes !== undefined;
  lines.push(`  const response = await fetch(${address}, {`);
  if (method !== 'GET') lines.push(`    method: ${quoted(method)},`);
  const type = hasBody ? ", 'content-type': 'application/json'" : '';
  lines.push(`    headers: { authorization: \`Bearer \${token}\`${type} },`);
  if (hasBody) lines.push(`    body: JSON.stringify(${takes ? 'given' : indented(jsonText(body), 4)}),`);
  lines.push('  });', '  if (!response.ok) throw new Error(await response.text());');
  if (answers !== 'void') lines.push(`  return (await response.json()) as ${answers};`);
  lines.push('}');
  return `${lines.join('\n')}\n`;
}

/** JSON as a literal of TypeScript: keys without quotes where they need none. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(/^(\s*)"([A-Za-z_$][\w$]*)":/gm, '$1$2:');
}

/** A parameter that is JSON is written as what it says. */
function queryValueText(value: string): string {
  if (!/^[[{]/.test(value)) return quoted(value);
  try {
    return `JSON.stringify(${JSON.stringify(JSON.parse(value))})`;
  } catch {
    return quoted(value);
  }
}

export function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function templateText(text: string): string {
  return text.replaceAll(/[`\\]|\$\{/g, '\\$&');
}

export function keyText(key: string): string {
  return NAME.test(key) ? key : quoted(key);
}

export function indented(text: string, by: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(by)}`);
}

/** Words of an enum stand without quotes. */
export class EnumWord {
  readonly word: string;
  constructor(word: string) {
    this.word = word;
  }
}

const NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;

/** A fieldname that GraphQL takes as it is: all but the oddest. */
export function isGraphqlName(name: string): boolean {
  return NAME.test(name) && !name.startsWith('__');
}

/** A value as it stands in a query. Keys that are no names are left out: no input has such. */
export function graphqlValue(value: unknown): string {
  if (value instanceof EnumWord) return value.word;
  if (Array.isArray(value)) return `[${value.map(graphqlValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([key, each]) => each !== undefined && isGraphqlName(key));
  return `{${members.map(([key, each]) => `${key}: ${graphqlValue(each)}`).join(', ')}}`;
}
