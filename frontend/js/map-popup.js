// A place's popup: its name and up to eight of its facts, as text. By pointer on the place; by keyboard with Enter, the place
// nearest to the middle of the map.
import { Popup } from "maplibre-gl";

const NEAR = 24; // pixels around the middle that Enter searches
const FACTS = 8;

export function popupAt(element) {
  const { map } = element;
  const find = (area) => {
    const drawn = map.getStyle()?.layers ?? []; // none while the map turns from light to dark
    const layers = drawn.filter((layer) => layer.source === "data").map((layer) => layer.id);
    return layers.length ? map.queryRenderedFeatures(area, { layers }) : [];
  };

  map.on("click", (event) => {
    const { x, y } = event.point;
    const [place] = find([[x - 6, y - 6], [x + 6, y + 6]]);
    if (place) show(element, place, event.lngLat);
  });
  map.on("mousemove", (event) => {
    map.getCanvas().style.cursor = find(event.point).length ? "pointer" : "";
  });
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // the popup takes the focus: the same press would close it by its button
    const middle = map.project(map.getCenter());
    const places = find([[middle.x - NEAR, middle.y - NEAR], [middle.x + NEAR, middle.y + NEAR]]);
    if (places.length) show(element, places[0], map.getCenter());
  });
}

function show(element, place, where) {
  const { label, href } = element.dataset;
  const box = document.createElement("div");
  const name = String(place.properties[label] ?? place.id ?? "");
  const link = href && safe(place.properties[href]);
  const title = document.createElement(link ? "a" : "strong");
  title.textContent = name;
  if (link) title.href = link;
  box.append(title, facts(place.properties, [label, href]));
  const at = place.geometry.type === "Point" ? place.geometry.coordinates : where;
  new Popup({ maxWidth: "20rem", focusAfterOpen: true }).setLngLat(at).setDOMContent(box).addTo(element.map);
}

function facts(properties, taken) {
  const list = document.createElement("dl");
  const shown = Object.entries(properties).filter(([key, value]) => !taken.includes(key) && value !== "" && value !== null);
  for (const [key, value] of shown.slice(0, FACTS)) {
    const term = document.createElement("dt");
    const text = document.createElement("dd");
    term.textContent = key;
    text.textContent = String(value);
    list.append(term, text);
  }
  return list;
}

/** A property's address only when it leads to a page: never `javascript:`. */
function safe(address) {
  if (!address) return "";
  const url = new URL(address, document.baseURI);
  return ["http:", "https:"].includes(url.protocol) ? url.href : "";
}
