// <kuutio-map>: one idea on a quiet map. Attributes (all `data-`): `src` a GeoJSON address, or `tiles` a PMTiles address with
// `layers`; `base` the borders; `bounds` "w,s,e,n"; `label` and `href` name properties of a place; `color` names the property
// that decides the colour, in the order of `order`; `worker` MapLibre's worker; `style` another base map's style.
import { AttributionControl, Map as MapLibre, NavigationControl, setWorkerUrl, addProtocol } from "maplibre-gl";
import { PMTiles, Protocol } from "pmtiles";
import { baseStyle, dataLayers } from "./map-style.js";
import { popupAt } from "./map-popup.js";
import { explain, onSchemeChange } from "./tokens.js";

const FINLAND = [19.1, 59.4, 31.6, 70.1];
const protocol = new Protocol();
addProtocol("pmtiles", protocol.tile);

class KuutioMap extends HTMLElement {
  async connectedCallback() {
    if (this.map) return;
    if (!document.createElement("canvas").getContext("webgl2")) {
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
    setWorkerUrl(new URL(d.worker, document.baseURI).href);
    this.replaceChildren();
    this.map = new MapLibre({
      container: this,
      style: this.baseMap(),
      bounds: this.content.bounds,
      fitBoundsOptions: { padding: 24, maxZoom: 15 },
      minZoom: 3, // the tiles of large tables begin there
      attributionControl: false,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      locale: {
        "Map.Title": [d.title, d.help].filter(Boolean).join(". "),
        "NavigationControl.ZoomIn": d.zoomIn,
        "NavigationControl.ZoomOut": d.zoomOut,
        "Popup.Close": d.close,
        "CooperativeGesturesHandler.WindowsHelpText": d.gestureKeys,
        "CooperativeGesturesHandler.MacHelpText": d.gestureKeys.replace("Ctrl", "⌘"),
        "CooperativeGesturesHandler.MobileHelpText": d.gestureTouch,
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new AttributionControl({ compact: false, customAttribution: attributions(d) }), "bottom-right");
    this.map.on("style.load", () => this.addData());
    this.map.on("load", () => this.toggleAttribute("data-ready", true));
    popupAt(this);
    onSchemeChange(() => this.map?.setStyle(this.baseMap(), { diff: false }));
  }

  baseMap() {
    return this.dataset.style || baseStyle(this);
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

function attributions(data) {
  return [data.style ? "" : data.baseAttribution, data.attribution].filter(Boolean).map(plain);
}

/** MapLibre takes attributions as HTML: these are texts. */
function plain(text) {
  const box = document.createElement("span");
  box.textContent = text;
  return box.innerHTML;
}

customElements.define("kuutio-map", KuutioMap);
