// The quiet base map (water, municipalities, their names) and the layers of the data on it, in the page's own colours.
import { CHART_COLOURS, tokens } from "./tokens.js";

export const FONT = ["Hanken Grotesk Variable"]; // drawn from the page's own font: no glyph server

/** The municipalities and nothing else; names appear as they get room. */
export function baseStyle(element) {
  const c = tokens(element, "paper", "paper-2", "paper-3", "line", "edge", "ink-2");
  const base = { type: "vector", url: `pmtiles://${new URL(element.dataset.base, document.baseURI).href}` };
  return {
    version: 8,
    sources: { base },
    layers: [
      { id: "water", type: "background", paint: { "background-color": c["paper-3"] } },
      { id: "land", type: "fill", source: "base", "source-layer": "areas", paint: { "fill-color": c["paper-2"] } },
      {
        id: "borders",
        type: "line",
        source: "base",
        "source-layer": "areas",
        paint: { "line-color": c.line, "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.5, 10, 1.2] },
      },
      {
        id: "names",
        type: "symbol",
        source: "base",
        "source-layer": "names",
        minzoom: 6,
        layout: {
          "text-field": ["get", document.documentElement.lang === "sv" ? "name_sv" : "name_fi"],
          "text-font": FONT,
          "text-size": ["interpolate", ["linear"], ["zoom"], 6, 11, 11, 15],
          "text-max-width": 7,
          "text-padding": 6,
        },
        paint: { "text-color": c["ink-2"], "text-halo-color": c["paper-2"], "text-halo-width": 1.5 },
      },
    ],
  };
}

/** Areas, lines and points of each source layer; `undefined` is GeoJSON's one nameless layer. */
export function dataLayers(element, layers) {
  const c = tokens(element, "paper", "brand", ...CHART_COLOURS);
  const colour = colourOf(element.dataset, c);
  const drawn = [];
  for (const name of layers) {
    const of = (kind, type, paint) => ({
      id: `data-${kind}${name ? `-${name}` : ""}`,
      type,
      source: "data",
      ...(name && { "source-layer": name }),
      filter: ["==", ["geometry-type"], { area: "Polygon", edge: "Polygon", line: "LineString", point: "Point" }[kind]],
      paint,
    });
    drawn.push(
      of("area", "fill", { "fill-color": colour, "fill-opacity": 0.3 }),
      of("edge", "line", { "line-color": colour, "line-width": 1.5 }),
      of("line", "line", { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 1.5, 14, 4] }),
      of("point", "circle", {
        "circle-color": colour,
        // Thousands of points close together must read as a density: no rims until they have room.
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, 2.5, 10, 4, 14, 8],
        "circle-opacity": ["interpolate", ["linear"], ["zoom"], 8, 0.4, 13, 1],
        "circle-stroke-color": c.paper,
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 11, 0, 14, 1.5],
      }),
    );
  }
  return drawn;
}

function colourOf(data, c) {
  const order = data.order?.split(",") ?? [];
  if (!data.color || !order.length) return c.brand;
  const cases = order.flatMap((value, n) => [value, c[CHART_COLOURS[n % CHART_COLOURS.length]]]);
  return ["match", ["to-string", ["get", data.color]], ...cases, c.brand];
}
