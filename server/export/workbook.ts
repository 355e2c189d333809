/**
 * Rows as an Excel workbook of one sheet, as they come. Numbers, dates and yes/no are typed; text is text, whatever it
 * begins with: no cell is ever a formula.
 */
import type { Cell } from './cells.ts';
import { type ZipEntry, zip } from './zip.ts';

/** What a sheet holds, its head not counted. */
export const MOST_SHEET_ROWS = 1_048_575;
export const MOST_SHEET_COLUMNS = 16_384;
const MOST_TEXT = 32_767;

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATED = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

/** Styles by their place in styles.xml. */
const STYLE = { head: 1, date: 2, moment: 3, time: 4, quoted: 5 };
/** Text that would be a formula for who opens its cell and leaves it again. */
const LIKE_FORMULA = /^[=+\-@]/;

const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATED}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${RELATED}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="166" formatCode="hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>${[164, 165, 166].map((id) => `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`).join('')}<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs></styleSheet>`,
};

export interface Workbook {
  title: string;
  labels: readonly string[];
  /** The first column stands at the right. */
  isRightToLeft?: boolean;
  /** Pages of rows. */
  pages: AsyncIterable<readonly (readonly Cell[])[]>;
}

export function workbook({ title, ...given }: Workbook): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const fixed = Object.entries({ ...PARTS, 'xl/workbook.xml': workbookPart(title) }).map(
    ([name, text]): ZipEntry => ({ name, content: () => [HEAD + text] }),
  );
  return zip([...fixed, { name: 'xl/worksheets/sheet1.xml', content: () => sheet(given) }]);
}

function workbookPart(title: string): string {
  return `<workbook xmlns="${MAIN}" xmlns:r="${RELATED}"><sheets><sheet name="${escaped(sheetName(title))}" sheetId="1" r:id="rId1"/></sheets></workbook>`;
}

/** At most 31 signs, and some are not allowed. */
export function sheetName(title: string): string {
  return (
    title
      .replace(/[\\/?*[\]:]/g, ' ')
      .replace(/^'+|'+$/g, '')
      .trim()
      .slice(0, 31) || 'Sheet1'
  );
}

async function* sheet({ labels, pages, isRightToLeft }: Omit<Workbook, 'title'>): AsyncGenerator<string> {
  const columns = labels.map((_, index) => columnName(index));
  const widths = labels.map((label, index) => {
    const width = Math.min(60, Math.max(12, label.length + 2));
    return `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`;
  });
  const direction = isRightToLeft ? ' rightToLeft="1"' : '';
  yield `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView${direction} workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData>`;
  yield rowText(
    1,
    columns,
    labels.map((text): Cell => ({ kind: 'text', text })),
    STYLE.head,
  );
  let row = 1;
  for await (const page of pages) {
    let text = '';
    for (const cells of page) {
      row += 1;
      text += rowText(row, columns, cells);
    }
    yield text;
  }
  yield '</sheetData></worksheet>';
}

function rowText(row: number, columns: readonly string[], cells: readonly Cell[], style = 0): string {
  let text = `<row r="${row}">`;
  for (const [index, cell] of cells.entries()) text += cellText(`${columns[index]}${row}`, cell, style);
  return `${text}</row>`;
}

function cellText(at: string, cell: Cell, style: number): string {
  if (cell.kind === 'empty') return '';
  if (cell.kind === 'number') return `<c r="${at}"><v>${cell.value}</v></c>`;
  if (cell.kind === 'boolean') return `<c r="${at}" t="b"><v>${cell.value ? 1 : 0}</v></c>`;
  if (cell.kind !== 'text') return `<c r="${at}" s="${STYLE[cell.kind]}"><v>${cell.serial}</v></c>`;
  const worn = style === 0 && LIKE_FORMULA.test(cell.text) ? STYLE.quoted : style;
  const look = worn === 0 ? '' : ` s="${worn}"`;
  return `<c r="${at}"${look} t="inlineStr"><is><t xml:space="preserve">${escaped(shortened(cell.text))}</t></is></c>`;
}

/** A longer text would make Excel call the whole file broken. */
function shortened(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT - 1)}…`;
}

/** 0 is A, 26 is AA. */
export function columnName(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnName(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** What XML cannot say at all: control signs, U+FFFE and U+FFFF, and halves of a pair. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNSPEAKABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escaped(text: string): string {
  return text
    .replace(/_x[0-9A-Fa-f]{4}_/g, (text) => `_x005F${text}`)
    .replace(UNSPEAKABLE, code)
    .replace(HALF, code)
    .replace(/[&<>"]/g, (sign) => SIGNS[sign] as string)
    .replaceAll('\r', '&#13;');
}

function code(sign: string): string {
  return `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}
