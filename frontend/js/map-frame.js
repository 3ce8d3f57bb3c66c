// What every map of ours has: MapLibre on the base map of the page, its controls and words, flat and north up.
import { AttributionControl, Map as MapLibre, NavigationControl, setWorkerUrl, addProtocol } from "maplibre-gl";
import { Protocol } from "pmtiles";
import { baseStyle } from "./map-style.js";
import { onSchemeChange } from "./tokens.js";

export const FINLAND = [19.1, 59.4, 31.6, 70.1];
export const protocol = new Protocol();
addProtocol("pmtiles", protocol.tile);

/** Whether a map can be drawn at all. */
export function canDraw() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

/** A map in an element, whose `data-` attributes say what it is made of and called. */
export function mapIn(element, { bounds, title }) {
  const d = element.dataset;
  setWorkerUrl(new URL(d.worker, document.baseURI).href);
  element.replaceChildren();
  const style = () => d.style || baseStyle(element);
  const map = new MapLibre({
    container: element,
    style: style(),
    bounds,
    fitBoundsOptions: { padding: 24, maxZoom: 15 },
    minZoom: 3, // the tiles of large tables begin there
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    locale: {
      "Map.Title": title,
      "NavigationControl.ZoomIn": d.zoomIn,
      "NavigationControl.ZoomOut": d.zoomOut,
      "Popup.Close": d.close,
      "CooperativeGesturesHandler.WindowsHelpText": d.gestureKeys,
      "CooperativeGesturesHandler.MacHelpText": d.gestureKeys.replace("Ctrl", "⌘"),
      "CooperativeGesturesHandler.MobileHelpText": d.gestureTouch,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new AttributionControl({ compact: false, customAttribution: attributions(d) }), "bottom-right");
  map.on("load", () => element.toggleAttribute("data-ready", true));
  onSchemeChange(() => map.setStyle(style(), { diff: false }));
  return map;
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
