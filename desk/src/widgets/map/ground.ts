/**
 * What a map stands on: the countries of the world, which come with the desk, or the tiles of the one host that System
 * Settings name. Where none of those can be had, it is the countries after all.
 */
import L from 'leaflet';
import { countries } from './world.ts';

export interface Tiles {
  url: string;
  attribution: string;
}

const NEAREST_TILE = 19;

export function layGround(map: L.Map, tiles: Tiles | undefined): void {
  if (!tiles) {
    layCountries(map);
    return;
  }
  const text = document.createElement('span');
  text.textContent = tiles.attribution;
  L.control.attribution({ prefix: false }).addTo(map);
  // Who looks is told by the address of the desk alone, not by that of the page.
  const options = { maxZoom: NEAREST_TILE, attribution: text.innerHTML, referrerPolicy: 'origin' } as const;
  const layer = L.tileLayer(tiles.url, options).addTo(map);
  let hasCome = false;
  layer.once('tileload', () => {
    hasCome = true;
  });
  layer.once('tileerror', () => {
    if (!hasCome) layCountries(map);
  });
}

function layCountries(map: L.Map): void {
  const ground = L.geoJSON(countries(), { interactive: false, style: { className: 'map-land' } }).addTo(map);
  ground.bringToBack();
}
