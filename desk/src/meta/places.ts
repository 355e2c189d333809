/** Places as GeoJSON, which has the longitude first: points, lines and areas, and whatever else there is kept as it is. Pure. */

export type ShapeKind = 'Point' | 'LineString' | 'Polygon';
/** Longitude, latitude. */
export type Position = readonly [longitude: number, latitude: number];

export interface Shape {
  kind: ShapeKind;
  /** Of an area: its edge, without the first one again at the end. */
  points: readonly Position[];
  /** What else the feature says. */
  properties: unknown;
}

export interface Places {
  shapes: readonly Shape[];
  /** Features that are shown, not changed: several parts, holes. */
  others: readonly unknown[];
}

export interface Place {
  latitude?: number;
  longitude?: number;
}

/** Of the first point in it; of a line or an area, of its first corner. */
export function placeOf(value: unknown): Place {
  const { shapes } = placesOf(value);
  const [found] = (shapes.find(({ kind }) => kind === 'Point') ?? shapes[0])?.points ?? [];
  return found ? { longitude: found[0], latitude: found[1] } : {};
}

const LEAST: Readonly<Record<ShapeKind, number>> = { Point: 1, LineString: 2, Polygon: 3 };

export function placesOf(value: unknown): Places {
  const shapes: Shape[] = [];
  const others: unknown[] = [];
  for (const feature of featuresOf(typeof value === 'string' ? parsed(value) : value)) {
    const shape = shapeOf(feature);
    if (shape) shapes.push(shape);
    else others.push(feature);
  }
  return { shapes, others };
}

/** Null when nothing is left. Shapes that are not whole yet are left out. */
export function withPlaces({ shapes, others }: Places): unknown {
  const whole = shapes.filter(isWhole).map((shape) => ({
    type: 'Feature',
    properties: shape.properties ?? {},
    geometry: { type: shape.kind, coordinates: coordinatesOf(shape) },
  }));
  const features = [...whole, ...others];
  return features.length === 0 ? null : { type: 'FeatureCollection', features };
}

export function isWhole({ kind, points }: Shape): boolean {
  return points.length >= LEAST[kind];
}

/** A number that can be one, in a range of 180 or 90 to both sides; undefined for any other. */
export function degrees(value: unknown, most: 180 | 90): number | undefined {
  const number = typeof value === 'number' ? value : Number.NaN;
  return Number.isFinite(number) && Math.abs(number) <= most ? number : undefined;
}

function coordinatesOf({ kind, points }: Shape): unknown {
  if (kind === 'Point') return points[0];
  return kind === 'LineString' ? points : [[...points, points[0]]];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A geometry by itself counts as a feature. */
function featuresOf(geo: unknown): unknown[] {
  if (!isRecord(geo)) return [];
  if (Array.isArray(geo.features)) return geo.features;
  if (geo.type === 'Feature') return [geo];
  return typeof geo.type === 'string' ? [{ type: 'Feature', properties: {}, geometry: geo }] : [];
}

function shapeOf(feature: unknown): Shape | undefined {
  const geometry = isRecord(feature) ? feature.geometry : undefined;
  if (!isRecord(feature) || !isRecord(geometry)) return undefined;
  const kind = geometry.type as ShapeKind;
  const points = pointsOf(kind, geometry.coordinates);
  if (!points || points.length < LEAST[kind]) return undefined;
  return { kind, points, properties: feature.properties };
}

function pointsOf(kind: ShapeKind, coordinates: unknown): Position[] | undefined {
  if (!Array.isArray(coordinates)) return undefined;
  if (kind === 'Point') return positions([coordinates]);
  if (kind === 'LineString') return positions(coordinates);
  // With holes it has more rings.
  if (kind !== 'Polygon' || coordinates.length !== 1) return undefined;
  return positions(coordinates[0])?.slice(0, -1);
}

function positions(list: unknown): Position[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const found = list.map((each) => {
    const [longitude, latitude] = Array.isArray(each) ? [degrees(each[0], 180), degrees(each[1], 90)] : [];
    return longitude === undefined || latitude === undefined ? undefined : ([longitude, latitude] as const);
  });
  return found.every((each) => each !== undefined) ? found : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
