// A map on which corners are put: by a press, or by a pin that the arrow keys move and Enter sets.
import { Marker } from "maplibre-gl";
import { FINLAND, canDraw, mapIn } from "./map-frame.js";
import { moveByKeys } from "./pin-keys.js";
import { explain, tokens } from "./tokens.js";

const CLOSE = 15; // the zoom at which a place that is known is shown

/** Draws the map; gives what shows the corners, undefined where no map can be drawn. `put([lon, lat])`: the reader sets a corner. */
export function drawOn(element, { at, put }) {
  if (!canDraw()) {
    explain(element, element.dataset.failed);
    return undefined;
  }
  const bounds = element.dataset.bounds ? element.dataset.bounds.split(",").map(Number) : FINLAND;
  const map = mapIn(element, { bounds, title: element.dataset.title });
  const pin = document.createElement("button");
  pin.type = "button";
  pin.className = "pin";
  pin.setAttribute("aria-label", element.dataset.pinName);
  pin.setAttribute("aria-describedby", "draw-help");
  const marker = new Marker({ element: pin, draggable: true, anchor: "bottom" }).setLngLat(at ?? map.getCenter()).addTo(map);
  if (at) map.jumpTo({ center: at, zoom: CLOSE });
  const set = () => {
    const { lng, lat } = marker.getLngLat().wrap();
    put([lng, lat]);
  };
  marker.on("dragend", set);
  map.on("click", (event) => {
    marker.setLngLat(event.lngLat);
    set();
  });
  pin.addEventListener("click", (event) => event.stopPropagation()); // a press on the pin isn't one on the map below it
  moveByKeys(pin, map, marker, { set });

  let shown = collected([], "point");
  map.on("style.load", () => {
    map.addSource("drawn", { type: "geojson", data: shown });
    for (const layer of layers(element)) map.addLayer(layer);
  });
  return {
    show(corners, kind, others = []) {
      shown = collected(corners, kind, others);
      map.getSource("drawn")?.setData(shown); // none while the map turns from light to dark
    },
  };
}

/** The corners as points, and what they make together; `others`: geometries that are ready. */
function collected(corners, kind, others = []) {
  const geometries = [...others, ...corners.map((coordinates) => ({ type: "Point", coordinates }))];
  if (kind === "line" && corners.length > 1) geometries.push({ type: "LineString", coordinates: corners });
  if (kind === "area" && corners.length > 2) geometries.push({ type: "Polygon", coordinates: [[...corners, corners[0]]] });
  const features = geometries.map((geometry) => ({ type: "Feature", properties: {}, geometry }));
  return { type: "FeatureCollection", features };
}

function layers(element) {
  const c = tokens(element, "brand", "paper");
  return [
    { id: "drawn-area", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": c.brand, "fill-opacity": 0.2 } },
    { id: "drawn-line", type: "line", source: "drawn", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": c.brand, "line-width": 3 } },
    {
      id: "drawn-corners",
      type: "circle",
      source: "drawn",
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-color": c.brand, "circle-radius": 5, "circle-stroke-color": c.paper, "circle-stroke-width": 2 },
    },
  ];
}
