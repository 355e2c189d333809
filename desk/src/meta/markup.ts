/** HTML of formatted text: what an editor of such text knows, and what it would lose. Pure, by a parsed element. */

/** Elements that the editor reads and writes as they are. `div` and `span` only group. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code', 'hr', 'br'],
  ...['strong', 'b', 'em', 'i', 'u', 's', 'del', 'strike', 'a', 'img', 'div', 'span'],
  ...['table', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
]);

const TAG = /<[a-z](?:[^>"']|"[^"]*"|'[^']*')*>/gi;
const ATTRIBUTE = /([^\s"'<>/=]+)(\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))/g;
/** Under which name a style attribute is kept while a text is parsed. */
export const KEPT_STYLE = 'data-kept-style';

/**
 * The policy of the page refuses style attributes as soon as a text is parsed, and the browser complains of each.
 * So they are renamed before; whoever needs them sets what they say by script, which is allowed.
 */
export function withoutStyles(html: string): string {
  if (!/style\s*=/i.test(html)) return html;
  const rename = (all: string, name: string, rest: string): string =>
    name.toLowerCase() === 'style' ? KEPT_STYLE + rest : all;
  return html.replace(TAG, (tag) => tag.replace(ATTRIBUTE, rename));
}

/** Names of what would be lost by writing in the editor: elements, and colours or fonts within a line. */
export function lostIn(root: Element): string[] {
  const lost = new Set<string>();
  for (const element of root.querySelectorAll('*')) {
    const name = element.localName;
    if (!KNOWN.has(name)) lost.add(name);
    else if (name === 'span' && (element.getAttribute(KEPT_STYLE) ?? '') !== '') lost.add('style');
  }
  return [...lost].sort();
}

/** Frappe's editor writes bullets as items of a numbered list: they become a list of their own. */
export function withPlainLists(root: Element): void {
  for (const list of root.querySelectorAll('ol')) {
    const items = [...list.children];
    if (items.length === 0 || !items.every((item) => item.getAttribute('data-list') === 'bullet')) continue;
    const plain = list.ownerDocument.createElement('ul');
    plain.append(...items);
    list.replaceWith(plain);
  }
}

/** What a link in a text may lead to; undefined for anything else. */
export function linkAddress(typed: string): string | undefined {
  const text = typed.trim();
  if (/^(https?:\/\/|mailto:|tel:|\/(?!\/)|#)\S+$/i.test(text)) return text;
  if (/^[^\s@/]+@[^\s@/]+\.[a-z]{2,}$/i.test(text)) return `mailto:${text}`;
  return /^[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(text) ? `https://${text}` : undefined;
}
