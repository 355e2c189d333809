/** XML read strictly, as a spreadsheet program does: throws at the first thing that is not well-formed. */
export interface Element {
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: Element[];
  text: string;
}

const NAME = String.raw`[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?`;
const ATTRIBUTE = new RegExp(String.raw`\s+(${NAME})="([^"<]*)"`, 'gy');
const REFERENCE = /&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);/g;
/** But for tab and ends of lines, control signs are nothing that XML can say; those above U+007F it can. */
const UNSPEAKABLE = /[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff]/u;

export function readXml(text: string): Element {
  if (UNSPEAKABLE.test(text) || !text.isWellFormed()) throw new Error('a sign that XML cannot say');
  const declared = /^<\?xml version="1\.0" encoding="UTF-8" standalone="yes"\?>\n/.exec(text);
  if (!declared) throw new Error('no declaration');
  const document: Element = { name: '', attributes: new Map(), children: [], text: '' };
  const open = [document];
  let at = declared[0].length;
  while (at < text.length) {
    const current = open.at(-1) as Element;
    const next = text.indexOf('<', at);
    const between = text.slice(at, next < 0 ? undefined : next);
    current.text += plain(between);
    if (open.length === 1 && between.trim() !== '') throw new Error(`text outside: ${between}`);
    if (next < 0) break;
    at = text.indexOf('>', next) + 1;
    if (at === 0) throw new Error('a tag has no end');
    const tag = text.slice(next + 1, at - 1);
    if (tag.startsWith('/')) {
      if (open.length === 1 || current.name !== tag.slice(1).trimEnd())
        throw new Error(`</${tag} closes ${current.name}`);
      open.pop();
      continue;
    }
    const element = elementOf(tag);
    current.children.push(element);
    if (!tag.endsWith('/')) open.push(element);
  }
  const [root, ...others] = document.children;
  if (open.length > 1 || !root || others.length > 0) throw new Error('not one whole element');
  return root;
}

function elementOf(tag: string): Element {
  const given = tag.endsWith('/') ? tag.slice(0, -1) : tag;
  const name = new RegExp(`^${NAME}`).exec(given)?.[0];
  if (name === undefined) throw new Error(`no name in <${tag}>`);
  const attributes = new Map<string, string>();
  ATTRIBUTE.lastIndex = name.length;
  let end = name.length;
  for (let found = ATTRIBUTE.exec(given); found; found = ATTRIBUTE.exec(given)) {
    const [, key = '', value = ''] = found;
    if (attributes.has(key)) throw new Error(`${key} twice in <${tag}>`);
    attributes.set(key, plain(value));
    end = ATTRIBUTE.lastIndex;
  }
  if (given.slice(end).trim() !== '') throw new Error(`<${tag}> is no tag`);
  return { name, attributes, children: [], text: '' };
}

function plain(text: string): string {
  if (text.replace(REFERENCE, '').includes('&')) throw new Error(`a bare & in ${text.slice(0, 80)}`);
  return text;
}

/** All of that name, however deep. */
export function all(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
}
