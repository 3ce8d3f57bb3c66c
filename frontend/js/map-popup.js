// A place's popup: its name and its facts, as text. By pointer on the place; by keyboard with Enter, the place nearest to the
// middle of the map. Tiles carry a part of the facts: where `items` is given, the rest comes from the place's own address.
import { Popup } from "maplibre-gl";

const NEAR = 24; // pixels around the middle that Enter searches
const EDGE = 8; // pixels between a popup and the edge of the map
const ID = "_id"; // the property of a tile's feature that is its item's id

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

async function show(element, place, where) {
  const { items } = element.dataset;
  const at = place.geometry.type === "Point" ? place.geometry.coordinates : where;
  const popup = new Popup({ anchor: "bottom", maxWidth: "20rem", focusAfterOpen: true }).setLngLat(at).addTo(element.map);
  fill(element.map, popup, said(element, place.id, place.properties));
  const id = place.properties[ID];
  if (!items || id === undefined) return;
  const whole = await itemAt(`${items}/${encodeURIComponent(id)}`);
  if (whole && popup.isOpen()) fill(element.map, popup, said(element, whole.id, whole.properties));
}

function fill(map, popup, box) {
  popup.setDOMContent(box);
  const list = box.querySelector("dl");
  if (list.scrollHeight > list.clientHeight) list.tabIndex = 0; // so that the arrow keys reach its end
  const own = popup.getElement().getBoundingClientRect();
  const frame = map.getContainer().getBoundingClientRect();
  const x = Math.min(own.left - frame.left - EDGE, 0) + Math.max(own.right - frame.right + EDGE, 0);
  const y = Math.min(own.top - frame.top - EDGE, 0) + Math.max(own.bottom - frame.bottom + EDGE, 0);
  if (x || y) map.panBy([x, y]); // all of the popup is on the map
}

/** A place's item; nothing where it can't be had: what the tile says of it stays. */
async function itemAt(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "application/geo+json" } });
    return response.ok ? await response.json() : undefined;
  } catch (error) {
    console.warn(error);
    return undefined;
  }
}

function said(element, id, properties) {
  const { label, href } = element.dataset;
  const box = document.createElement("div");
  const link = href && safe(properties[href]);
  const title = document.createElement(link ? "a" : "strong");
  title.textContent = String(properties[label] ?? id ?? properties[ID] ?? "");
  if (link) title.href = link;
  box.append(title, facts(properties, [label, href, ID]));
  return box;
}

function facts(properties, taken) {
  const list = document.createElement("dl");
  const shown = Object.entries(properties).filter(([key, value]) => !taken.includes(key) && value !== "" && value !== null);
  for (const [key, value] of shown) {
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
