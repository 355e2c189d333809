/**
 * HTML that people write, reduced to what formats text: an allow-list of elements, attributes, styles
 * and URL schemes. Owns the list; when to apply it is documents/' to decide (`html` of a field type).
 */
import sanitize from 'sanitize-html';

const SCHEMES = ['http', 'https', 'mailto', 'tel'];
const MEDIA_SCHEMES = ['http', 'https', 'cid', 'data'];
const DEEPEST = 200;
const MOST_OPEN = 2_000;
const MOST_MARKS = 200_000;
const MOST_PASSES = 5;
const TAG = /<(\/?)([a-z][^\s/>]*)/gi;
/** Elements that never have an end, so that they cannot nest. */
const VOID: ReadonlySet<string> = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta']);

const TAGS: readonly string[] = [
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hgroup', 'address', 'article', 'aside', 'footer', 'header', 'main', 'nav'],
  ...['section', 'blockquote', 'dd', 'div', 'dl', 'dt', 'figcaption', 'figure', 'hr', 'li', 'ol', 'p', 'pre', 'ul'],
  ...['a', 'abbr', 'b', 'bdi', 'bdo', 'big', 'br', 'center', 'cite', 'code', 'data', 'del', 'dfn', 'em', 'font', 'i'],
  ...['ins', 'kbd', 'mark', 'q', 'rp', 'rt', 'ruby', 's', 'samp', 'small', 'span', 'strike', 'strong', 'sub', 'sup'],
  ...['time', 'tt', 'u', 'var', 'wbr', 'details', 'summary', 'img', 'picture', 'source', 'audio', 'video'],
  ...['caption', 'col', 'colgroup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr'],
];

/** Elements that go with all that is in them; of other unknown elements the text stays. */
const SILENCED: readonly string[] = [
  ...['script', 'style', 'textarea', 'option', 'noscript', 'iframe', 'object', 'embed', 'noembed', 'noframes'],
  ...['xmp', 'plaintext', 'template', 'title', 'svg', 'math'],
];

// No `id` and no `name`: they would shadow the page's own globals.
const ATTRIBUTES: Record<string, string[]> = {
  '*': ['class', 'style', 'title', 'dir', 'lang', 'align', 'valign', 'width', 'height', 'bgcolor', 'data-*', 'aria-*'],
  a: ['href', 'target', 'rel'],
  img: ['src', 'srcset', 'sizes', 'alt', 'loading', 'border'],
  source: ['src', 'srcset', 'sizes', 'type', 'media'],
  audio: ['src', 'controls', 'preload'],
  video: ['src', 'poster', 'controls', 'preload'],
  font: ['color', 'face', 'size'],
  table: ['border', 'cellpadding', 'cellspacing', 'summary'],
  td: ['colspan', 'rowspan', 'headers'],
  th: ['colspan', 'rowspan', 'headers', 'scope'],
  col: ['span'],
  colgroup: ['span'],
  ol: ['start', 'type', 'reversed'],
  li: ['value'],
  ul: ['type'],
  blockquote: ['cite'],
  q: ['cite'],
  del: ['datetime', 'cite'],
  ins: ['datetime', 'cite'],
  time: ['datetime'],
  data: ['value'],
  details: ['open'],
};

/** Properties that shape text and boxes where they stand; none can lay one thing over another. */
const STYLES: readonly string[] = [
  ...['color', 'background', 'background-color', 'opacity', 'font', 'font-family', 'font-size', 'font-style'],
  ...['font-variant', 'font-weight', 'line-height', 'letter-spacing', 'word-spacing', 'word-break', 'word-wrap'],
  ...['overflow-wrap', 'white-space', 'text-align', 'text-decoration', 'text-decoration-line', 'text-indent'],
  ...['text-transform', 'vertical-align', 'direction', 'list-style', 'list-style-type', 'list-style-position'],
  ...['width', 'height', 'max-width', 'max-height', 'min-width', 'min-height', 'float', 'clear', 'table-layout'],
  ...['padding', 'padding-top', 'padding-right', 'padding-bottom', 'padding-left', 'margin', 'margin-top'],
  ...['margin-right', 'margin-bottom', 'margin-left', 'border', 'border-top', 'border-right', 'border-bottom'],
  ...['border-left', 'border-color', 'border-style', 'border-width', 'border-radius', 'border-collapse'],
  ...['border-spacing', 'caption-side', 'page-break-before', 'page-break-after', 'page-break-inside'],
];

/** Plain values and colours: no backslash, colon or comment, and no function but rgb and hsl. */
const STYLE_VALUE = /^(?:(?:rgb|hsl)a?\([\w\s.,%/-]{1,60}\)|[-\w#%.,\s'"!/+]){1,200}$/i;
const FOREIGN_DATA = /^data:(?!image\/)/i;

const OPTIONS: sanitize.IOptions = {
  allowedTags: [...TAGS],
  nonTextTags: [...SILENCED],
  allowedAttributes: ATTRIBUTES,
  allowedStyles: { '*': Object.fromEntries(STYLES.map((property) => [property, [STYLE_VALUE]])) },
  allowedSchemes: SCHEMES,
  allowedSchemesByTag: { img: MEDIA_SCHEMES, source: MEDIA_SCHEMES, audio: MEDIA_SCHEMES, video: MEDIA_SCHEMES },
  nestingLimit: DEEPEST,
  transformTags: Object.fromEntries(['img', 'source', 'audio', 'video'].map((tag) => [tag, dropForeignData])),
};

/**
 * The same HTML without anything that runs, overlays or fetches from odd places. Doing it twice changes
 * nothing. Markup with more than 2,000 elements open at once is an attack on the parser, whose time
 * grows with the square of the depth: it is kept as plain text, and so is what has more than 200,000
 * `<` and `&`, each of which costs it a step or more.
 */
export function sanitizeHtml(html: string): string {
  if (!html.includes('<') && !html.includes('&')) return html;
  if (hasTooManyMarks(html) || isTooDeep(html)) return escapeText(html);
  let dirty = html;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const clean = sanitize(dirty, OPTIONS);
    if (clean === dirty) return clean;
    // What was taken away can bring together what a parser then reads otherwise.
    dirty = clean;
  }
  return escapeText(dirty);
}

function hasTooManyMarks(html: string): boolean {
  let marks = 0;
  for (let at = 0; at < html.length; at++) {
    const code = html.charCodeAt(at);
    if ((code === 0x3c || code === 0x26) && ++marks > MOST_MARKS) return true;
  }
  return false;
}

/** Counts open elements by name, which is never less than what the parser will hold. */
function isTooDeep(html: string): boolean {
  const open = new Map<string, number>();
  let total = 0;
  for (const [, slash, tag] of html.matchAll(TAG)) {
    const name = (tag as string).toLowerCase();
    if (VOID.has(name)) continue;
    const count = open.get(name) ?? 0;
    const change = slash === '' ? 1 : count > 0 ? -1 : 0;
    open.set(name, count + change);
    total += change;
    if (total > MOST_OPEN) return true;
  }
  return false;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Of data: URLs only pictures may stay. */
function dropForeignData(tagName: string, attribs: sanitize.Attributes): sanitize.Tag {
  const kept = Object.entries(attribs).filter(([, value]) => !FOREIGN_DATA.test(value.replace(/\s/g, '')));
  return { tagName, attribs: Object.fromEntries(kept) };
}
