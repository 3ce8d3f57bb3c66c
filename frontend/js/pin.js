// A pin that tells where something is: moved by mouse, by touch, by a press on the map, and by the arrow keys.
import { Marker } from "maplibre-gl";
import { FINLAND, canDraw, mapIn } from "./map-frame.js";
import { explain } from "./tokens.js";

const STEP = 20; // pixels that an arrow key moves the pin; with Shift a tenth
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const CLOSE = 15; // the zoom at which a place that is known is shown

/**
 * Draws the map with its pin; gives a function that puts the pin elsewhere, undefined where no map can be drawn.
 * `at` is [lon, lat] or nothing yet; `box` what is shown then; `moved(lon, lat)` is called when the reader has moved it.
 */
export function pinOn(element, { at, box, moved }) {
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
  const tell = () => {
    const { lng, lat } = marker.getLngLat().wrap();
    moved(lng, lat);
  };
  marker.on("dragend", tell);
  map.on("click", (event) => {
    marker.setLngLat(event.lngLat);
    tell();
  });
  pin.addEventListener("click", (event) => event.stopPropagation()); // a press on the pin isn't one on the map below it
  pin.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      tell();
    }
    const [x, y] = ARROWS[event.key] ?? [];
    if (x === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // the map would move, too
    const step = event.shiftKey ? STEP / 10 : STEP;
    const from = map.project(marker.getLngLat());
    marker.setLngLat(map.unproject([from.x + x * step, from.y + y * step]));
    if (!map.getBounds().contains(marker.getLngLat())) map.jumpTo({ center: marker.getLngLat() });
    tell();
  });
  return (lon, lat) => {
    marker.setLngLat([lon, lat]);
    if (!map.getBounds().contains([lon, lat]) || map.getZoom() < CLOSE - 3) map.jumpTo({ center: [lon, lat], zoom: CLOSE });
  };
}
