import { describe, expect, test } from 'vitest';
import { codeFormat, codeText, runsPath } from '../../../desk/src/meta/codes.ts';
import { dialLink, regionOf } from '../../../desk/src/meta/phones.ts';
import { placesOf, withPlaces } from '../../../desk/src/meta/places.ts';

const feature = (type: string, coordinates: unknown, properties: unknown = {}) => ({
  type: 'Feature',
  properties,
  geometry: { type, coordinates },
});
const collection = (...features: unknown[]) => ({ type: 'FeatureCollection', features });
const RING = [
  [5, 45],
  [15, 45],
  [10, 54],
  [5, 45],
];

describe('places', () => {
  const whole = collection(
    feature('Point', [13.4, 52.5], { name: 'Berlin' }),
    feature('LineString', RING.slice(0, 2)),
    feature('Polygon', [RING]),
    feature('MultiPoint', [[1, 2]]),
    feature('Polygon', [RING, RING]),
  );

  test('are the same after they were read and written', () => {
    expect(withPlaces(placesOf(whole))).toEqual(whole);
    expect(withPlaces(placesOf(JSON.stringify(whole)))).toEqual(whole);
  });

  test('of several parts are kept apart', () => {
    const { shapes, others } = placesOf(whole);
    expect([shapes.map(({ kind, points }) => [kind, points.length]), others.length]).toEqual([
      [
        ['Point', 1],
        ['LineString', 2],
        ['Polygon', 3],
      ],
      2,
    ]);
  });

  test('may be a geometry by itself', () => {
    expect(placesOf({ type: 'Point', coordinates: [1, 2] }).shapes[0]?.points).toEqual([[1, 2]]);
  });

  test.each([[null], [''], ['no JSON'], [[]], [{}], [collection(null, {}, { geometry: null })]])(
    '%j is nowhere',
    (value) => {
      expect(placesOf(value).shapes).toEqual([]);
    },
  );

  test.each([[feature('Point', [200, 0])], [feature('Point', ['1', 2])], [feature('LineString', [[1, 2]])]])(
    '%j is kept, not drawn as a shape',
    (odd) => {
      expect(placesOf(collection(odd))).toEqual({ shapes: [], others: [odd] });
    },
  );

  test('that are not whole yet are not told', () => {
    expect(withPlaces({ shapes: [{ kind: 'Polygon', points: [[1, 2]], properties: {} }], others: [] })).toBeNull();
  });
});

describe('codes', () => {
  test.each([
    [undefined, 'CODE128'],
    ['ean-13', 'EAN13'],
    ['QR Code', 'QR'],
    ['{"format": "UPC"}', 'UPC'],
    ['{"height": 40}', 'CODE128'],
    ['{', 'CODE128'],
  ])('%j asks for %s', (options, format) => {
    expect(codeFormat(options)).toBe(format);
  });

  test('the text of a drawing is the one that it was made of', () => {
    expect(codeText('<svg class="x" data-barcode-value="A-1"><g/></svg>')).toBe('A-1');
    expect([codeText('A-1'), codeText(null), codeText('<svg></svg>')]).toEqual(['A-1', '', '']);
  });

  test('squares in a row are one stroke', () => {
    expect(runsPath((column) => [1, 1, 0, 1][column] === 1, 4, 1)).toBe('M0 0h2v1h-2zM3 0h1v1h-1z');
  });
});

describe('telephone numbers', () => {
  test.each([
    ['+49 30 901820', 'tel:+4930901820'],
    ['(030) 90-18', 'tel:0309018'],
    ['none', undefined],
    ['', undefined],
  ])('%j dials %j', (number, link) => {
    expect(dialLink(number)).toBe(link);
  });

  test.each([
    ['en-GB', 'GB'],
    ['de', 'DE'],
    ['', undefined],
    [undefined, undefined],
    ['!', undefined],
  ])('who reads %j is likely in %j', (language, region) => {
    expect(regionOf(language)).toBe(region);
  });
});
