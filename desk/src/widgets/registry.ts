/** Widget names, as the server's field types give them, to components. Apps and other parts of the desk may add theirs. */
import { type FieldMeta, isSet } from '../meta/types.ts';
import ButtonWidget from './ButtonWidget.vue';
import CheckCell from './CheckCell.vue';
import CheckWidget from './CheckWidget.vue';
import ColorCell from './ColorCell.vue';
import type { WidgetEntry } from './contract.ts';
import DurationWidget from './DurationWidget.vue';
import { deferred, fetchDeferred } from './deferred.ts';
import HeadingWidget from './HeadingWidget.vue';
import ImageWidget from './ImageWidget.vue';
import LinkCell from './LinkCell.vue';
import LongTextWidget from './LongTextWidget.vue';
import NumberWidget from './NumberWidget.vue';
import PasswordWidget from './PasswordWidget.vue';
import PhoneRead from './PhoneRead.vue';
import RatingCell from './RatingCell.vue';
import ReadText from './ReadText.vue';
import SelectCell from './SelectCell.vue';
import SelectWidget from './SelectWidget.vue';
import SuggestWidget from './SuggestWidget.vue';
import TextWidget from './TextWidget.vue';
import TimeCell from './TimeCell.vue';
import Unknown from './Unknown.vue';

/** With their libraries they come when a form asks for them. */
const ColorWidget = deferred(() => import('./ColorWidget.vue'));
const FileWidget = deferred(() => import('./FileWidget.vue'));
const IconCell = deferred(() => import('./icons/IconCell.vue'));
const IconWidget = deferred(() => import('./IconWidget.vue'));
const LinkRead = deferred(() => import('./LinkRead.vue'));
const RatingWidget = deferred(() => import('./RatingWidget.vue'));
const BarcodeWidget = deferred(() => import('./BarcodeWidget.vue'));
const PhoneWidget = deferred(() => import('./PhoneWidget.vue'));
const RichTextWidget = deferred(() => import('./RichTextWidget.vue'));
const CodeWidget = deferred(() => import('./CodeWidget.vue'));
const HtmlWidget = deferred(() => import('./HtmlWidget.vue'));
const JsonWidget = deferred(() => import('./JsonWidget.vue'));
const MarkdownWidget = deferred(() => import('./MarkdownWidget.vue'));
const GeolocationWidget = deferred(() => import('./GeolocationWidget.vue'));
const SignatureWidget = deferred(() => import('./SignatureWidget.vue'));
const DateWidget = deferred(() => import('./DateWidget.vue'));
const MultiLinkWidget = deferred(() => import('./MultiLinkWidget.vue'));
const LinkWidget = deferred(() => import('./LinkWidget.vue'));
const MarkupWidget = deferred(() => import('./MarkupWidget.vue'));

const number: WidgetEntry = { input: NumberWidget, align: 'end' };
const longText: WidgetEntry = { input: LongTextWidget, wide: true };
const date: WidgetEntry = { input: DateWidget };
const link: WidgetEntry = { input: LinkWidget, read: LinkRead, cell: LinkCell };
const file: WidgetEntry = { input: FileWidget, read: FileWidget };

const entries = new Map<string, WidgetEntry>(
  Object.entries({
    data: { input: TextWidget },
    barcode: { input: BarcodeWidget, read: BarcodeWidget, inline: TextWidget },
    icon: { input: IconWidget, read: IconWidget, cell: IconCell, gridCell: IconCell },
    phone: { input: PhoneWidget, read: PhoneRead, inline: TextWidget },
    autocomplete: { input: SuggestWidget },
    'small-text': longText,
    text: longText,
    'long-text': longText,
    code: { input: CodeWidget, read: CodeWidget, inline: LongTextWidget, wide: true },
    'markdown-editor': { input: MarkdownWidget, read: MarkdownWidget, inline: LongTextWidget, wide: true },
    'text-editor': { input: RichTextWidget, read: MarkupWidget, inline: LongTextWidget, wide: true },
    'html-editor': { input: HtmlWidget, read: HtmlWidget, inline: LongTextWidget, wide: true },
    json: { input: JsonWidget, read: JsonWidget, wide: true },
    geolocation: { input: GeolocationWidget, read: GeolocationWidget, inline: LongTextWidget, wide: true },
    int: number,
    'long-int': number,
    float: number,
    currency: number,
    percent: number,
    check: { input: CheckWidget, read: CheckWidget, cell: CheckCell, label: 'widget' },
    rating: { input: RatingWidget, read: RatingWidget, cell: RatingCell },
    duration: { input: DurationWidget, align: 'end' },
    date,
    datetime: { ...date, cell: TimeCell },
    time: date,
    select: { input: SelectWidget, cell: SelectCell },
    link,
    'dynamic-link': link,
    'table-multiselect': { input: MultiLinkWidget, read: MultiLinkWidget },
    attach: file,
    'attach-image': file,
    signature: { input: SignatureWidget, read: SignatureWidget },
    image: { input: ImageWidget, read: ImageWidget },
    color: { input: ColorWidget, read: ColorWidget, cell: ColorCell, gridCell: ColorCell },
    password: { input: PasswordWidget },
    'read-only': { input: ReadText },
    heading: { input: HeadingWidget, read: HeadingWidget, label: 'none', wide: true },
    html: { input: MarkupWidget, read: MarkupWidget, label: 'none', wide: true },
    button: { input: ButtonWidget, read: ButtonWidget, label: 'none' },
  } satisfies Record<string, WidgetEntry>),
);

const UNKNOWN: WidgetEntry = { input: Unknown, read: Unknown };

export function widgetOf(name: string): WidgetEntry {
  return entries.get(name) ?? UNKNOWN;
}

/** Adds a widget, or puts a better one in the place of what is there. */
export function registerWidget(name: string, entry: WidgetEntry): void {
  entries.set(name, entry);
}

const ofFields = new Map<string, Partial<WidgetEntry>>();

/** `DocType.fieldname`: parts of the widget of one field that are others. */
export function registerField(path: string, entry: Partial<WidgetEntry>): void {
  ofFields.set(path, { ...ofFields.get(path), ...entry });
}

/** The widget of a field of this DocType, with what is other for it alone. */
export function widgetFor(field: FieldMeta, doctype: string | undefined): WidgetEntry {
  const own = ofFields.get(`${doctype}.${field.fieldname}`);
  return own ? { ...widgetOf(field.widget), ...own } : widgetOf(field.widget);
}

/** Begins to fetch what these fields are written with, before they are drawn. */
export function fetchWidgets(fields: readonly FieldMeta[]): void {
  const wanted = fields.map((field) => {
    const { input, read } = widgetOf(field.widget);
    return isSet(field.read_only) && read ? read : input;
  });
  for (const component of new Set(wanted)) void fetchDeferred(component);
}

export function widgetNames(): string[] {
  return [...entries.keys()];
}
