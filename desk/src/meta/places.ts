/** Points on the earth as GeoJSON, which has the longitude first. Pure. */

export interface Place {
  latitude?: number;
  longitude?: number;
}

/** Of the first point in it. */
export function placeOf(value: unknown): Place {
  const geo = typeof value === 'string' ? parsed(value) : value;
  const found = findPoint(geo);
  return found ? { longitude: found[0], latitude: found[1] } : {};
}

/** Null while neither is known; one that is missing is 0 until it is typed. */
export function withPlace({ latitude, longitude }: Place): unknown {
  if (latitude === undefined && longitude === undefined) return null;
  const geometry = { type: 'Point', coordinates: [longitude ?? 0, latitude ?? 0] };
  return { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry }] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function findPoint(geo: unknown): [number, number] | undefined {
  if (typeof geo !== 'object' || geo === null) return undefined;
  const { type, coordinates, geometry, features } = geo as Record<string, unknown>;
  if (type === 'Point' && Array.isArray(coordinates)) return [Number(coordinates[0]), Number(coordinates[1])];
  if (geometry) return findPoint(geometry);
  return Array.isArray(features) ? findPoint(features.find((feature) => findPoint(feature))) : undefined;
}
