/** A map with shapes on it: shown, and where they may be changed, their points moved and new ones set by a click. */
import 'leaflet/dist/leaflet.css';
import L from 'leaflet';
import type { Places, Position } from '../../meta/places.ts';
import { layGround, type Tiles } from './ground.ts';

export interface MapWish {
  parent: HTMLElement;
  zoomIn: string;
  zoomOut: string;
  tiles: Tiles | undefined;
  pointed(position: Position): void;
  moved(shape: number, point: number, position: Position): void;
}

export interface DrawnMap {
  /** `active`: the shape whose points can be moved; undefined: none can. */
  draw(places: Places, active: number | undefined): void;
  /** So that all of it is seen. */
  fit(places: Places): void;
  close(): void;
}

/** A mark that is made of nothing but styles, so that it has the colours of the theme. */
const PIN = L.divIcon({ className: 'map-pin', iconSize: [14, 14] });
/** Five digits are a metre. */
const round = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;

export function drawMap(wish: MapWish): DrawnMap {
  const isMoving = !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = L.map(wish.parent, {
    zoomAnimation: isMoving,
    fadeAnimation: isMoving,
    markerZoomAnimation: isMoving,
    attributionControl: false,
    zoomControl: false,
    maxBounds: [
      [-90, -180],
      [90, 180],
    ],
    minZoom: 1,
    // By Tab one comes to the list of points, which does all that the map does.
    keyboard: false,
    scrollWheelZoom: false,
  }).setView([25, 5], 1);
  L.control.zoom({ zoomInTitle: wish.zoomIn, zoomOutTitle: wish.zoomOut }).addTo(map);
  layGround(map, wish.tiles);
  const drawn = L.layerGroup().addTo(map);
  const positionOf = ({ lat, lng }: L.LatLng): Position => [round(lng), round(lat)];
  map.on('click', ({ latlng }) => wish.pointed(positionOf(latlng.wrap())));
  const watcher = new ResizeObserver(() => map.invalidateSize());
  watcher.observe(wish.parent);

  return {
    draw({ shapes, others }, active) {
      drawn.clearLayers();
      for (const other of others)
        L.geoJSON(other as GeoJSON.Feature, {
          interactive: false,
          style: { className: 'map-shape' },
          pointToLayer: pin,
        }).addTo(drawn);
      for (const [index, { kind, points }] of shapes.entries()) {
        const places = points.map(([longitude, latitude]) => L.latLng(latitude, longitude));
        const look = { className: index === active ? 'map-shape map-active' : 'map-shape', interactive: false };
        if (kind === 'LineString') L.polyline(places, look).addTo(drawn);
        if (kind === 'Polygon') L.polygon(places, look).addTo(drawn);
        if (kind !== 'Point' && index !== active) continue;
        for (const [at, place] of places.entries()) {
          const mark = L.marker(place, { icon: PIN, draggable: index === active, keyboard: false }).addTo(drawn);
          mark.on('dragend', () => wish.moved(index, at, positionOf(mark.getLatLng())));
        }
      }
    },
    fit({ shapes, others }) {
      const all = shapes.flatMap(({ points }) => points.map(([longitude, latitude]) => L.latLng(latitude, longitude)));
      const bounds = L.latLngBounds(all);
      for (const other of others) bounds.extend(L.geoJSON(other as GeoJSON.Feature).getBounds());
      if (bounds.isValid()) map.fitBounds(bounds, { maxZoom: 6, padding: [24, 24], animate: false });
    },
    close() {
      watcher.disconnect();
      map.remove();
    },
  };
}

function pin(_: unknown, place: L.LatLng): L.Layer {
  return L.marker(place, { icon: PIN, interactive: false, keyboard: false });
}
