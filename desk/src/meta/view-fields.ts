/** Which fields the ways to look at a list stand on: guessed from names and kinds, until a user chooses others. Pure. */
import type { DocTypeMeta, FieldMeta } from './types.ts';

/** One part of a view that a field plays: the begin of an event, the picture of a card. */
export interface ViewRole {
  key: string;
  label: string;
  widgets: readonly string[];
  /** The view does without it: then "None" can be chosen. */
  isOptional?: boolean;
  /** Must be of the same kind as the field of that role. */
  like?: string;
  /** A name that says it, the surest first. */
  names: readonly RegExp[];
  /** Without such a name, the first field that may be. */
  isAny?: boolean;
}

const DATES = ['date', 'datetime'];
const NUMBERS = ['float', 'percent', 'int', 'currency'];

const START: ViewRole = {
  key: 'start',
  label: 'Begins',
  widgets: DATES,
  isAny: true,
  names: [
    /^(start|starts|from|begin|begins)(_|$)/,
    /_(start|from)$/,
    /(due|deadline|scheduled?|planned)/,
    /(date|_on|_at)$/,
  ],
};
const END: ViewRole = {
  key: 'end',
  label: 'Ends',
  widgets: DATES,
  isOptional: true,
  like: 'start',
  names: [/^(end|ends|to|until|finish)(_|$)/, /_(end|until|to)$/, /(due|delivery|expected|deadline)/],
};
const COLOR: ViewRole = {
  key: 'color',
  label: 'Colour',
  widgets: ['select'],
  isOptional: true,
  names: [/^status$/, /status|state|priority/],
};

export const VIEW_ROLES: Readonly<Record<string, readonly ViewRole[]>> = {
  calendar: [START, END, COLOR],
  gantt: [
    START,
    { ...END, isOptional: false, isAny: true },
    {
      key: 'progress',
      label: 'Progress',
      widgets: NUMBERS,
      isOptional: true,
      names: [/progress|percent_?(done|complete)|complete/],
    },
    {
      key: 'after',
      label: 'Comes after',
      widgets: ['link', 'data', 'small-text'],
      isOptional: true,
      names: [/^(depends_on|predecessors?|dependenc(y|ies)|after|blocked_by)(_|$)/],
    },
    COLOR,
  ],
  gallery: [
    {
      key: 'image',
      label: 'Picture',
      widgets: ['attach-image'],
      isAny: true,
      names: [/image|photo|picture|logo|avatar/],
    },
  ],
  map: [
    {
      key: 'place',
      label: 'Place',
      widgets: ['geolocation'],
      isOptional: true,
      isAny: true,
      names: [/place|location|position/],
    },
    {
      key: 'latitude',
      label: 'Latitude',
      widgets: NUMBERS,
      isOptional: true,
      names: [/^(lat|latitude)$/, /_lat(itude)?$/],
    },
    {
      key: 'longitude',
      label: 'Longitude',
      widgets: NUMBERS,
      isOptional: true,
      names: [/^(lon|lng|long|longitude)$/, /_(lon|lng|long|longitude)$/],
    },
    COLOR,
  ],
};

export type ViewFields = Readonly<Record<string, FieldMeta | undefined>>;

/** What a role may be played by. Columns that every document has say nothing of its own time. */
export function fieldsFor(meta: DocTypeMeta, role: ViewRole, others: ViewFields = {}): FieldMeta[] {
  const kind = role.like === undefined ? undefined : others[role.like]?.widget;
  const first = role.like === undefined ? undefined : others[role.like];
  return meta.fields.filter(
    (field) =>
      !field.is_standard &&
      !field.is_virtual &&
      field !== first &&
      role.widgets.includes(field.widget) &&
      (kind === undefined || field.widget === kind),
  );
}

/** `chosen`: field names by role, "" for none. A choice that does not fit any more is passed over. */
export function viewFields(meta: DocTypeMeta, view: string, chosen: Readonly<Record<string, string>> = {}): ViewFields {
  const found: Record<string, FieldMeta | undefined> = {};
  for (const role of VIEW_ROLES[view] ?? []) {
    const possible = fieldsFor(meta, role, found);
    const wish = chosen[role.key];
    if (wish === '' && role.isOptional) continue;
    found[role.key] = possible.find(({ fieldname }) => fieldname === wish) ?? guess(meta, role, possible);
  }
  return found;
}

function guess(meta: DocTypeMeta, role: ViewRole, possible: readonly FieldMeta[]): FieldMeta | undefined {
  if (role.key === 'image') {
    const stated = possible.find(({ fieldname }) => fieldname === meta.image_field);
    if (stated) return stated;
  }
  for (const name of role.names) {
    const field = possible.find(({ fieldname }) => name.test(fieldname));
    if (field) return field;
  }
  return role.isAny ? possible[0] : undefined;
}

/** Whether there is anything that the view could show. */
export function hasView(meta: DocTypeMeta, view: string): boolean {
  const fields = viewFields(meta, view);
  if (view === 'map') return Boolean(fields.place ?? (fields.latitude && fields.longitude));
  // Two dates may be anything; a chart of them is offered where their names say so, or the definition does.
  if (view === 'gantt')
    return Boolean(fields.start && fields.end) && (meta.is_calendar_and_gantt === true || isNamedPair(meta));
  return Boolean(view === 'calendar' ? fields.start : fields.image);
}

function isNamedPair(meta: DocTypeMeta): boolean {
  const { start, end } = viewFields(meta, 'calendar');
  return Boolean(start && end);
}
