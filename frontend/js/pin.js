// A pin that tells where something is: moved by mouse, by touch, by a press on the map, and by the arrow keys.
import { Marker } from "maplibre-gl";
import { FINLAND, canDraw, mapIn } from "./map-frame.js";
import { FONT } from "./map-style.js";
import { moveByKeys } from "./pin-keys.js";
import { explain, tokens } from "./tokens.js";

const CLOSE = 15; // the zoom at which a place that is known is shown

/**
 * Draws the map with its pin and the service points near by; gives what moves and changes them, undefined where no map
 * can be drawn. `at` is [lon, lat] or nothing yet; `box` what is shown then; `moved(lon, lat)`: the reader has moved the pin.
 */
export function pinOn(element, { at, box, units, moved }) {
  if (!canDraw()) {
    explain(element, element.dataset.failed);
    return undefined;
  }
  const map = mapIn(element, { bounds: box ?? FINLAND, title: element.dataset.title });
  const pin = document.createElement("button");
  pin.type = "button";
  pin.className = "pin";
  pin.setAttribute("aria-label", element.dataset.pinName);
  pin.setAttribute("aria-describedby", "pin-help");
  const marker = new Marker({ element: pin, draggable: true, anchor: "bottom" }).setLngLat(at ?? map.getCenter()).addTo(map);
  if (at) map.jumpTo({ center: at, zoom: CLOSE });
  let known = units;
  const tell = () => {
    const { lng, lat } = marker.getLngLat().wrap();
    moved(lng, lat);
  };
  marker.on("dragend", tell);
  map.on("click", (event) => {
    marker.setLngLat(event.lngLat);
    tell();
  });
  map.on("style.load", () => {
    map.addSource("units", { type: "geojson", data: collected(known) });
    for (const layer of unitLayers(element)) map.addLayer(layer);
  });
  pin.addEventListener("click", (event) => event.stopPropagation()); // a press on the pin isn't one on the map below it
  moveByKeys(pin, map, marker, { set: tell, moved: tell });
  return {
    put(lon, lat) {
      marker.setLngLat([lon, lat]);
      if (!map.getBounds().contains([lon, lat]) || map.getZoom() < CLOSE - 3) map.jumpTo({ center: [lon, lat], zoom: CLOSE });
    },
    show(near) {
      known = near;
      map.getSource("units")?.setData(collected(near)); // none while the map turns from light to dark
    },
  };
}

/** The service points near by, by which a reader finds their way where the base map has no streets. */
function collected(units) {
  const features = units.map(({ name, lon, lat }) => ({
    type: "Feature",
    properties: { name },
    geometry: { type: "Point", coordinates: [lon, lat] },
  }));
  return { type: "FeatureCollection", features };
}

function unitLayers(element) {
  const c = tokens(element, "paper", "ink-2");
  return [
    { id: "unit-dots", type: "circle", source: "units", paint: { "circle-color": c["ink-2"], "circle-radius": 4 } },
    {
      id: "unit-names",
      type: "symbol",
      source: "units",
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 13, "text-anchor": "top", "text-offset": [0, 0.5], "text-max-width": 9 },
      paint: { "text-color": c["ink-2"], "text-halo-color": c.paper, "text-halo-width": 1.5 },
    },
  ];
}
