/** A map with marks on it. */
import * as L from 'leaflet';
import type { Tone } from '../../../meta/colors.ts';
import { layGround, type Tiles } from '../../../widgets/map/ground.ts';

export interface Spot {
  name: string;
  latitude: number;
  longitude: number;
  title: string;
  /** The state, as a word. */
  text: string;
  tone: Tone;
  href: string;
}

export interface MapWish {
  label: string;
  zoomIn: string;
  zoomOut: string;
  close: string;
  tiles: Tiles | undefined;
  open(name: string): void;
}

export interface PlacedMap {
  show(spots: readonly Spot[]): void;
  /** All marks are seen. */
  fit(): void;
  /** Goes there and says what it is. */
  point(name: string): void;
  remove(): void;
}

const NEAREST = 8;

export function createMap(box: HTMLElement, wish: MapWish): PlacedMap {
  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = L.map(box, {
    attributionControl: false,
    zoomControl: false,
    maxZoom: wish.tiles ? 19 : 12,
    minZoom: 1,
    worldCopyJump: true,
    zoomAnimation: !isStill,
    fadeAnimation: !isStill,
    markerZoomAnimation: !isStill,
  }).setView([25, 10], 1);
  L.control.zoom({ zoomInTitle: wish.zoomIn, zoomOutTitle: wish.zoomOut }).addTo(map);
  const marks = L.layerGroup().addTo(map);
  const known = new Map<string, L.Marker>();
  let bounds: L.LatLngBounds | undefined;
  let before = '';
  const resized = new ResizeObserver(() => map.invalidateSize());
  resized.observe(box);
  layGround(map, wish.tiles);

  const fit = (): void => {
    if (bounds) map.fitBounds(bounds, { padding: [32, 32], maxZoom: NEAREST, animate: !isStill });
  };
  return {
    fit,
    show(spots) {
      marks.clearLayers();
      known.clear();
      for (const spot of spots) known.set(spot.name, markOf(spot, wish).addTo(marks));
      bounds = spots.length > 0 ? L.latLngBounds(spots.map((spot) => [spot.latitude, spot.longitude])) : undefined;
      // The reader's own view is kept while the same documents are there.
      const now = spots.map(({ name }) => name).join('\n');
      if (now !== before) fit();
      before = now;
    },
    point(name) {
      const mark = known.get(name);
      if (!mark) return;
      map.setView(mark.getLatLng(), Math.max(map.getZoom(), 5), { animate: !isStill });
      mark.openPopup();
    },
    remove() {
      resized.disconnect();
      map.remove();
    },
  };
}

function markOf(spot: Spot, wish: MapWish): L.Marker {
  const icon = L.divIcon({
    className: `map-mark map-mark-${spot.tone}`,
    html: '',
    iconSize: [24, 24],
    popupAnchor: [0, -10],
  });
  const mark = L.marker([spot.latitude, spot.longitude], { icon, title: spot.title, alt: spot.title, keyboard: true });
  mark.on('add', () => mark.getElement()?.setAttribute('aria-label', spot.title));
  const popup = L.popup({ autoPanPadding: [16, 16] }).setContent(() => popupOf(spot, wish));
  mark.on('popupopen', () =>
    popup.getElement()?.querySelector('.leaflet-popup-close-button')?.setAttribute('aria-label', wish.close),
  );
  return mark.bindPopup(popup);
}

/** Made of nodes: a title is text, whatever it says. */
function popupOf(spot: Spot, wish: MapWish): HTMLElement {
  const box = document.createElement('div');
  const link = document.createElement('a');
  link.href = spot.href;
  link.textContent = spot.title;
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    wish.open(spot.name);
  });
  box.append(link);
  if (spot.text !== '') {
    const text = document.createElement('p');
    text.textContent = spot.text;
    box.append(text);
  }
  return box;
}
