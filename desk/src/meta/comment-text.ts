/** A comment as somebody types it, and as HTML: paragraphs, lines, addresses, people with an @. Pure. */

/** Who is meant, by what stands behind the @. */
export type Mentions = ReadonlyMap<string, string>;

const ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g;

export function commentHtml(text: string, mentions: Mentions): string {
  const paragraphs = text.trim().split(/\n{2,}/);
  return paragraphs
    .map(
      (each) =>
        `<p>${each
          .split('\n')
          .map((line) => lineHtml(line, mentions))
          .join('<br>')}</p>`,
    )
    .join('');
}

function lineHtml(line: string, mentions: Mentions): string {
  // The longest first: "Ada" is a part of "Ada Lovelace".
  const labels = [...mentions.keys()].sort((a, b) => b.length - a.length);
  const named = labels.map((label) => `@${escapeForPattern(label)}(?![\\p{L}\\p{N}])`);
  const pattern = new RegExp([ADDRESS.source, ...named].join('|'), 'gu');
  let html = '';
  let last = 0;
  for (const found of line.matchAll(pattern)) {
    html += escapeHtml(line.slice(last, found.index)) + markHtml(found[0], mentions);
    last = found.index + found[0].length;
  }
  return html + escapeHtml(line.slice(last));
}

function markHtml(text: string, mentions: Mentions): string {
  const user = text.startsWith('@') ? mentions.get(text.slice(1)) : undefined;
  if (user === undefined) return `<a href="${escapeHtml(text)}">${escapeHtml(text)}</a>`;
  return `<span class="mention" data-mention="${escapeHtml(user)}">${escapeHtml(text)}</span>`;
}

export interface CommentText {
  text: string;
  mentions: Mentions;
  /** It looks like more than text can say: bold, lists, pictures would be lost. */
  isRicher: boolean;
}

const PLAIN = new Set(['P', 'BR', 'DIV', 'SPAN', 'A']);
const BLOCKS = new Set(['P', 'DIV', 'LI', 'BLOCKQUOTE', 'PRE', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'TR']);

/** The other way round, to change what was said. */
export function commentText(html: string): CommentText {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  const mentions = new Map<string, string>();
  let isRicher = false;
  const read = (node: Node): string => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? '';
    const element = node as HTMLElement;
    const { tagName } = element;
    if (tagName === 'BR') return '\n';
    if (node !== body && !PLAIN.has(tagName)) isRicher = true;
    const inner = [...node.childNodes].map(read).join('');
    const user = element.dataset?.mention ?? element.dataset?.id;
    if (user !== undefined) mentions.set(inner.replace(/^@/, ''), user);
    return BLOCKS.has(tagName) ? `${inner}\n\n` : inner;
  };
  const text = read(body)
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  return { text, mentions, isRicher };
}

export interface MentionAt {
  /** Where its @ stands. */
  start: number;
  /** What is typed behind it so far. */
  query: string;
}

/** The @word that ends at the caret, while one is typed. */
export function mentionBefore(text: string, caret: number): MentionAt | undefined {
  const found = /(^|[\s(])@([\p{L}\p{N}._+@-]{0,60}(?: [\p{L}\p{N}._-]{1,40})?)$/u.exec(text.slice(0, caret));
  if (!found) return undefined;
  const query = found[2] ?? '';
  return { start: caret - query.length - 1, query };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function escapeForPattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
