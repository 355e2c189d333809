/** The countries of the world as the ground of every map: they come with the desk, no other host is asked. */
import { feature } from 'topojson-client';
import type { Topology } from 'topojson-specification';
import world from 'world-atlas/countries-110m.json';

export function countries(): GeoJSON.FeatureCollection {
  const topology = world as unknown as Topology;
  const { countries: object } = topology.objects;
  const found = object && feature(topology, object);
  return found?.type === 'FeatureCollection' ? found : { type: 'FeatureCollection', features: [] };
}
