/** What each field type takes, refuses, fills in and misses: data for conformance.test.ts. */
import type { DocField } from '../../../server/kernel/doctype.ts';

/** 2025-03-09T01:02:03.456Z */
export const NOW = Date.UTC(2025, 2, 9, 1, 2, 3, 456);

export interface TypeCases {
  type: string;
  /** The definition under test, beyond fieldname and fieldtype. */
  field?: Partial<DocField>;
  /** What is sent, and the canonical value. */
  good: readonly (readonly [unknown, unknown])[];
  /** What is sent, and the code of the problem. */
  bad: readonly (readonly [unknown, string])[];
  /** A default, and the value of a new document. */
  defaults?: readonly (readonly [string, unknown])[];
  missing?: readonly unknown[];
  present?: readonly unknown[];
}

const LONE_SURROGATE = 'a\ud800b';
const BAD_TEXT = [
  ['a\0b', 'invalid_text'],
  [LONE_SURROGATE, 'invalid_text'],
  [['a'], 'invalid_text'],
  [{ a: 1 }, 'invalid_text'],
] as const;
const BLANKS = [undefined, null, '', ' \n '] as const;

const shortText = (type: string, field?: Partial<DocField>): TypeCases => ({
  type,
  field,
  good: [
    ['plain', 'plain'],
    [12.5, '12.5'],
    [true, 'true'],
    ['', type.endsWith('Link') || type === 'Link' ? null : ''],
    [null, null],
    ['😀'.repeat(140), '😀'.repeat(140)],
    ['__proto__', '__proto__'],
  ],
  bad: [...BAD_TEXT, ['x'.repeat(141), 'too_long'], ['😀'.repeat(141), 'too_long']],
  defaults: [
    ['Berlin', 'Berlin'],
    ['', undefined],
    ['x'.repeat(141), undefined],
  ],
  missing: BLANKS,
  present: ['a', '0'],
});

const longText = (type: string): TypeCases => ({
  type,
  good: [
    ['<b>a</b>\n', '<b>a</b>\n'],
    [7, '7'],
    ['x'.repeat(5000), 'x'.repeat(5000)],
    [null, null],
  ],
  bad: [...BAD_TEXT, ['x'.repeat(16 * 1024 * 1024 + 1), 'too_long']],
  defaults: [['as it is', 'as it is']],
  missing: BLANKS,
  present: ['a'],
});

const markup = (type: string): TypeCases => ({
  ...longText(type),
  missing: [...BLANKS, '<p><br></p>', '<div class="ql-editor"><p>&nbsp;</p></div>', '<hr/>'],
  present: ['<p>a</p>', '<p><img src="/files/a.png"></p>', '<ada@example.com>', '1 < 2'],
});

const decimal = (type: string, blank: number | null): TypeCases => ({
  type,
  good: [
    [12.5, 12.5],
    ['12.5', 12.5],
    [' -3 ', -3],
    ['1,234,567.25', 1234567.25],
    ['12,34,567', 1234567],
    ['1e3', 1000],
    ['.5', 0.5],
    [123456789012345680000, 123456789012345680000],
    [-0, 0],
    ['', blank],
    [null, blank],
  ],
  bad: [
    ['abc', 'invalid_number'],
    ['1,5', 'invalid_number'],
    ['0x10', 'invalid_number'],
    ['1'.repeat(70), 'invalid_number'],
    [true, 'invalid_number'],
    [Number.NaN, 'invalid_number'],
    [Number.POSITIVE_INFINITY, 'out_of_range'],
    [1e30, 'out_of_range'],
    ['1e400', 'out_of_range'],
    [[1], 'invalid_number'],
    [{}, 'invalid_number'],
  ],
  defaults: [
    ['1.00', 1],
    ['0', 0],
    ['many', undefined],
    ['', undefined],
  ],
  missing: [undefined, null, ''],
  present: [0, 1.5],
});

const integer = (type: string): TypeCases => ({
  type,
  good: [
    [12, 12],
    [12.0, 12],
    ['12', 12],
    [' 12 ', 12],
    ['+7', 7],
    ['12.00', 12],
    ['-0', 0],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['0009007199254740993', '9007199254740993'],
    [true, 1],
    [false, 0],
    [null, 0],
    ['', 0],
  ],
  bad: [
    [12.7, 'invalid_integer'],
    ['12.7', 'invalid_integer'],
    ['abc', 'invalid_integer'],
    ['1e3', 'invalid_integer'],
    ['9223372036854775808', 'out_of_range'],
    [9007199254740992, 'invalid_integer'],
    [1e300, 'invalid_integer'],
    ['9'.repeat(100_000), 'invalid_integer'],
    [{}, 'invalid_integer'],
    [[3], 'invalid_integer'],
  ],
  defaults: [
    ['5', 5],
    ['5.5', undefined],
    ['Today', undefined],
  ],
  missing: [undefined, null, ''],
  present: [0, '9007199254740993'],
});

const table = (type: string): TypeCases => ({
  type,
  field: { options: 'Sales Order Item' },
  good: [
    [[], []],
    [[{ item: 'A' }], [{ item: 'A' }]],
    [null, []],
  ],
  bad: [
    [{}, 'invalid_table'],
    ['[]', 'invalid_table'],
    [[{}, 'row'], 'invalid_table'],
    [[[]], 'invalid_table'],
  ],
  defaults: [['x', undefined]],
  missing: [undefined, null, []],
  present: [[{}]],
});

const layout = (type: string): TypeCases => ({
  type,
  good: [
    [null, null],
    ['', null],
  ],
  bad: [['x', 'no_value']],
  defaults: [['noise', undefined]],
  present: [undefined],
});

const DEEP = JSON.parse('['.repeat(101) + ']'.repeat(101)) as unknown;

export const CASES: readonly TypeCases[] = [
  shortText('Data'),
  {
    type: 'Data',
    field: { length: 10, unique: 1 },
    good: [
      ['0123456789', '0123456789'],
      ['  ', null],
    ],
    bad: [['01234567890', 'too_long']],
  },
  {
    type: 'Data',
    field: { options: 'Email' },
    good: [
      ['ada@example.com', 'ada@example.com'],
      ['a@b.de,\n c.d+e@sub.example.org, ', 'a@b.de,\n c.d+e@sub.example.org, '],
      ['"Lovelace, Ada" <ada@example.com>', '"Lovelace, Ada" <ada@example.com>'],
      ['jürgen@müller.de', 'jürgen@müller.de'],
      ['Administrator', 'Administrator'],
      ['', ''],
    ],
    bad: [
      ['ada', 'invalid_email'],
      ['ada@example', 'invalid_email'],
      ['a@b.de c@d.de', 'invalid_email'],
      ['a@b.de, nobody', 'invalid_email'],
      ['a..b@c.de', 'invalid_email'],
      ['@example.com', 'invalid_email'],
      [',', 'invalid_email'],
      ['a@-b.de', 'invalid_email'],
    ],
  },
  {
    type: 'Data',
    field: { options: 'Phone' },
    good: [['+49 (30) 90-18#2', '+49 (30) 90-18#2']],
    bad: [
      ['call me', 'invalid_phone'],
      ['1'.repeat(21), 'invalid_phone'],
    ],
  },
  {
    type: 'Data',
    field: { options: 'Name' },
    good: [
      ["Conan O'Brien", "Conan O'Brien"],
      ['Zoë Müller-Lüdenscheidt', 'Zoë Müller-Lüdenscheidt'],
    ],
    bad: [
      ['a  b', 'invalid_name'],
      ['<b>', 'invalid_name'],
    ],
  },
  {
    type: 'Data',
    field: { options: 'URL' },
    good: [
      ['https://example.com/a?b=c', 'https://example.com/a?b=c'],
      ['/app/todo', '/app/todo'],
      ['mailto:a@b.de', 'mailto:a@b.de'],
    ],
    bad: [
      ['example.com', 'invalid_url'],
      ['https:', 'invalid_url'],
      ['javascript:alert(1)', 'invalid_url'],
      [' javascript:alert(1)', 'invalid_url'],
      ['JavaScript:alert(1)', 'invalid_url'],
    ],
  },
  {
    type: 'Data',
    field: { options: 'IBAN' },
    good: [
      ['DE89 3704 0044 0532 0130 00', 'DE89 3704 0044 0532 0130 00'],
      ['gb29nwbk60161331926819', 'gb29nwbk60161331926819'],
    ],
    bad: [
      ['DE88 3704 0044 0532 0130 00', 'invalid_iban'],
      ['DE89', 'invalid_iban'],
    ],
  },
  { type: 'Data', field: { options: 'Barcode' }, good: [['?', '?']], bad: [] },
  {
    type: 'Data',
    field: { options: 'Email', oldfieldtype: 'Small Text' },
    good: [['no address', 'no address']],
    bad: [],
  },
  shortText('Link', { options: 'Customer' }),
  shortText('Dynamic Link', { options: 'party_type' }),
  shortText('Read Only'),
  shortText('Color'),
  shortText('Icon'),
  shortText('Autocomplete', { options: 'a\nb' }),
  {
    type: 'Phone',
    good: [
      ['+49 30 901820', '+49 30 901820'],
      [' +91-9876543210', '+91-9876543210'],
      ['', ''],
      [null, null],
    ],
    bad: [
      ['030 901820', 'invalid_phone'],
      ['+49 1', 'invalid_phone'],
      ['+999 1234567', 'invalid_phone'],
      ['call +49 30 901820', 'invalid_phone'],
      ['+49 30 901820\0', 'invalid_text'],
      [{}, 'invalid_text'],
    ],
    missing: BLANKS,
    present: ['+49 30 901820'],
  },
  {
    type: 'Select',
    field: { options: 'Open\r\nClosed \n10' },
    good: [
      ['Open', 'Open'],
      [' Closed ', 'Closed'],
      [10, '10'],
      ['', ''],
      [null, null],
    ],
    bad: [['open', 'invalid_option'], ['constructor', 'invalid_option'], ...BAD_TEXT],
    defaults: [
      ['', 'Open'],
      ['Closed', 'Closed'],
      ['Gone', undefined],
    ],
    missing: BLANKS,
    present: ['Open'],
  },
  { type: 'Select', field: { options: '\nOpen' }, good: [['Open', 'Open']], bad: [], defaults: [['', undefined]] },
  {
    type: 'Select',
    good: [['anything', 'anything']],
    bad: [['x'.repeat(141), 'too_long']],
    defaults: [['', undefined]],
  },
  {
    type: 'Select',
    field: { fieldname: 'naming_series', options: 'SO-.####\nX-' },
    good: [['MINE-.##', 'MINE-.##']],
    bad: [],
    defaults: [['', 'SO-.####']],
  },
  markup('Small Text'),
  markup('Text'),
  markup('Long Text'),
  markup('Text Editor'),
  markup('HTML Editor'),
  markup('Markdown Editor'),
  longText('Code'),
  longText('Barcode'),
  longText('Signature'),
  longText('Attach'),
  longText('Attach Image'),
  {
    type: 'Password',
    good: [
      ['s3cret', 's3cret'],
      [null, null],
      ['x'.repeat(500), 'x'.repeat(500)],
    ],
    bad: [...BAD_TEXT, ['x'.repeat(501), 'too_long']],
    missing: BLANKS,
    present: ['****'],
  },
  integer('Int'),
  integer('Long Int'),
  decimal('Float', 0),
  decimal('Currency', 0),
  decimal('Percent', 0),
  decimal('Duration', null),
  {
    type: 'Rating',
    good: [
      [0.6, 0.6],
      ['0.8', 0.8],
      [3, 1],
      [-1, 0],
      [null, null],
    ],
    bad: [
      ['good', 'invalid_number'],
      [Number.NaN, 'invalid_number'],
    ],
    defaults: [['0.4', 0.4]],
    missing: [undefined, null],
    present: [0, 1],
  },
  {
    type: 'Check',
    good: [
      [true, true],
      [1, true],
      ['1', true],
      ['true', true],
      [false, false],
      [0, false],
      ['0', false],
      ['false', false],
      [null, false],
      ['', false],
    ],
    bad: [
      [2, 'invalid_check'],
      ['yes', 'invalid_check'],
      [{}, 'invalid_check'],
      [[1], 'invalid_check'],
    ],
    defaults: [
      ['1', true],
      ['0', false],
      ['false', false],
      ['', undefined],
    ],
    present: [undefined, null, false, true],
  },
  {
    type: 'Date',
    good: [
      ['2024-02-29', '2024-02-29'],
      ['0001-01-01', '0001-01-01'],
      ['9999-12-31', '9999-12-31'],
      ['2024-01-31T00:00:00', '2024-01-31'],
      ['2024-01-31 00:00:00.000000', '2024-01-31'],
      ['2024-01-31T00:00:00.000Z', '2024-01-31'],
      [null, null],
      ['', null],
    ],
    bad: [
      ['2023-02-29', 'invalid_date'],
      ['1900-02-29', 'invalid_date'],
      ['2024-13-01', 'invalid_date'],
      ['2024-1-5', 'invalid_date'],
      ['0000-01-01', 'invalid_date'],
      ['31-01-2024', 'invalid_date'],
      ['2024-01-31T10:00:00', 'invalid_date'],
      ['2024-01-31T00:00:00.000001', 'invalid_date'],
      ['infinity', 'invalid_date'],
      [20240131, 'invalid_date'],
      [['2024-01-31'], 'invalid_date'],
    ],
    defaults: [
      ['Today', '2025-03-09'],
      ['today', '2025-03-09'],
      ['2024-05-01', '2024-05-01'],
      ['soon', undefined],
    ],
    missing: [undefined, null, ''],
    present: ['2024-01-31'],
  },
  {
    type: 'Datetime',
    good: [
      ['2024-02-29T10:11:12.123456Z', '2024-02-29T10:11:12.123456Z'],
      ['2024-02-29t10:11:12z', '2024-02-29T10:11:12.000000Z'],
      ['2024-03-01T01:00:00+05:30', '2024-02-29T19:30:00.000000Z'],
      ['2023-12-31T23:30:00.000001-01:00', '2024-01-01T00:30:00.000001Z'],
      ['2024-02-29 10:11', '2024-02-29T10:11:00.000000Z'],
      ['2024-02-29 10:11:12.5', '2024-02-29T10:11:12.500000Z'],
      ['2024-02-29 10:11:12.123456789', '2024-02-29T10:11:12.123456Z'],
      ['2024-02-29 10:11:12+00', '2024-02-29T10:11:12.000000Z'],
      ['2024-02-29', '2024-02-29T00:00:00.000000Z'],
      ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
      [null, null],
    ],
    bad: [
      ['2024-02-30 10:00:00', 'invalid_datetime'],
      ['2024-02-29T24:00:00Z', 'invalid_datetime'],
      ['2024-02-29T10:60:00Z', 'invalid_datetime'],
      ['2024-02-29T10:00:00+25:00', 'invalid_datetime'],
      ['9999-12-31T23:00:00-05:00', 'invalid_datetime'],
      ['0001-01-01T00:00:00+01:00', 'invalid_datetime'],
      ['yesterday', 'invalid_datetime'],
      [1709200000, 'invalid_datetime'],
      [`2024-02-29T10:00:00.${'0'.repeat(100_000)}Z`, 'invalid_datetime'],
    ],
    defaults: [
      ['Now', '2025-03-09T01:02:03.456000Z'],
      ['now', '2025-03-09T01:02:03.456000Z'],
      ['Today', '2025-03-09T00:00:00.000000Z'],
      ['2024-05-01 08:00:00', '2024-05-01T08:00:00.000000Z'],
    ],
    missing: [undefined, null, ''],
    present: ['2024-02-29T10:11:12.123456Z'],
  },
  {
    type: 'Time',
    good: [
      ['9:05', '09:05:00'],
      ['23:59:59', '23:59:59'],
      ['0:00:00.000', '00:00:00'],
      ['10:00:00.500000', '10:00:00.5'],
      ['10:00:00.123456', '10:00:00.123456'],
      [null, null],
    ],
    bad: [
      ['24:00', 'invalid_time'],
      ['10:60', 'invalid_time'],
      ['10', 'invalid_time'],
      ['10:00:00Z', 'invalid_time'],
      ['1.5', 'invalid_time'],
      [36000, 'invalid_time'],
    ],
    defaults: [
      ['now', '01:02:03.456'],
      ['8:00', '08:00:00'],
      ['', undefined],
    ],
    missing: [undefined, null, ''],
    present: ['00:00:00'],
  },
  {
    type: 'JSON',
    good: [
      [{ a: [1, null, 'x'] }, { a: [1, null, 'x'] }],
      ['{"a": 1}', { a: 1 }],
      ['[]', []],
      ['12', 12],
      [true, true],
      ['null', null],
      [null, null],
    ],
    bad: [
      ['{a: 1}', 'invalid_json'],
      ['"text"', 'invalid_json'],
      ['{"a": "\\u0000"}', 'invalid_json'],
      [{ 'k\0': 1 }, 'invalid_json'],
      [[LONE_SURROGATE], 'invalid_json'],
      [DEEP, 'too_deep'],
      ['['.repeat(1_000_000), 'invalid_json'],
      [{ a: Number.NaN }, 'invalid_json'],
      [[1n], 'invalid_json'],
    ],
    defaults: [
      ['{"a": 1}', { a: 1 }],
      ['{', undefined],
    ],
    missing: [undefined, null, '', []],
    present: [{}, 0, false],
  },
  {
    type: 'Geolocation',
    good: [
      [{ type: 'Point' }, '{"type":"Point"}'],
      ['{ "type": "Point" }', '{ "type": "Point" }'],
      [null, null],
    ],
    bad: [
      ['Berlin', 'invalid_json'],
      [[1, 2], 'invalid_json'],
      [12, 'invalid_json'],
      [{ type: 'a\0' }, 'invalid_json'],
    ],
    missing: [undefined, null, ''],
    present: ['{}'],
  },
  table('Table'),
  table('Table MultiSelect'),
  ...['Section Break', 'Column Break', 'Tab Break', 'Fold', 'Heading', 'HTML', 'Button', 'Image'].map(layout),
];
