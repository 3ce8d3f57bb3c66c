// <kuutio-map>: one idea on a quiet map. Attributes (all `data-`): `src` a GeoJSON address, or `tiles` a PMTiles address with
// `layers` and `items`, the address below which a place's item lies; `base` the borders; `bounds` "w,s,e,n"; `label` and `href`
// name properties of a place; `color` names the property that decides the colour, in the order of `order`; `worker` MapLibre's
// worker; `style` another base map's style.
import { PMTiles } from "pmtiles";
import { FINLAND, canDraw, mapIn, protocol } from "./map-frame.js";
import { dataLayers } from "./map-style.js";
import { popupAt } from "./map-popup.js";
import { explain } from "./tokens.js";

class KuutioMap extends HTMLElement {
  async connectedCallback() {
    if (this.map) return;
    if (!canDraw()) {
      explain(this, this.dataset.failed);
      return;
    }
    try {
      this.content = await content(this.dataset);
      this.draw();
    } catch (error) {
      console.error(error);
      explain(this, this.dataset.failed);
    }
  }

  disconnectedCallback() {
    this.map?.remove();
    this.map = undefined;
  }

  draw() {
    const d = this.dataset;
    this.map = mapIn(this, { bounds: this.content.bounds, title: [d.title, d.help].filter(Boolean).join(". ") });
    this.map.on("style.load", () => this.addData());
    popupAt(this);
  }

  addData() {
    const { source, layers } = this.content;
    if (!source) return;
    this.map.addSource("data", source);
    for (const layer of dataLayers(this, layers)) this.map.addLayer(layer);
  }
}

/** What the map shows, with its bounds: fetched before the map is made, so that a failure can be said in words. */
async function content(data) {
  const given = data.bounds?.split(",").map(Number);
  if (data.tiles) {
    const archive = new PMTiles(new URL(data.tiles, document.baseURI).href);
    protocol.add(archive);
    const [header, metadata] = await Promise.all([archive.getHeader(), archive.getMetadata()]);
    return {
      source: { type: "vector", url: `pmtiles://${archive.source.getKey()}` },
      layers: data.layers ? data.layers.split(",") : metadata.vector_layers.map((layer) => layer.id),
      bounds: given ?? [header.minLon, header.minLat, header.maxLon, header.maxLat],
    };
  }
  if (!data.src) return { bounds: given ?? FINLAND };
  const response = await fetch(data.src, { headers: { Accept: "application/geo+json, application/json" } });
  if (!response.ok) throw new Error(`${data.src}: ${response.status}`);
  const places = await response.json();
  return { source: { type: "geojson", data: places }, layers: [undefined], bounds: given ?? boundsOf(places) ?? FINLAND };
}

function boundsOf(places) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (c) => {
    if (typeof c[0] !== "number") return c.forEach(walk);
    box[0] = Math.min(box[0], c[0]);
    box[1] = Math.min(box[1], c[1]);
    box[2] = Math.max(box[2], c[0]);
    box[3] = Math.max(box[3], c[1]);
  };
  const geometries = (g) => (g ? (g.geometries ? g.geometries.forEach(geometries) : walk(g.coordinates)) : undefined);
  for (const feature of places.features ?? [places]) geometries(feature.geometry);
  return Number.isFinite(box[0]) ? box : undefined;
}

customElements.define("kuutio-map", KuutioMap);
