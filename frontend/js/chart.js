// <kuutio-chart>: a chart from a specification in JSON, inside the element (a JSON script) or at `data-src`.
// The specification is documented in docs/reference/components.md; the marks stand in chart-marks.js.
import * as Plot from "@observablehq/plot";
import { draw } from "./chart-marks.js";
import { explain } from "./tokens.js";

class KuutioChart extends HTMLElement {
  async connectedCallback() {
    if (this.observer) return;
    try {
      const spec = await specification(this);
      if (!spec.data.length) {
        explain(this, this.dataset.empty);
        return;
      }
      this.observer = new ResizeObserver(() => this.fit(spec));
      this.observer.observe(this);
    } catch (error) {
      console.error(error);
      explain(this, this.dataset.failed);
    }
  }

  disconnectedCallback() {
    this.observer?.disconnect();
    this.observer = undefined;
  }

  fit(spec) {
    const width = Math.floor(this.clientWidth);
    if (!width || width === this.drawnWidth) return; // a change of height alone: our own doing
    this.drawnWidth = width;
    this.replaceChildren(...draw(Plot, spec, { width, title: this.dataset.title }));
    this.toggleAttribute("data-ready", true);
  }
}

async function specification(element) {
  const inside = element.querySelector('script[type="application/json"]')?.textContent;
  const spec = { ...(inside ? JSON.parse(inside) : await json(element.dataset.src)) };
  if (spec.src) spec.data = await json(spec.src);
  return { ...spec, data: rows(spec.data) };
}

async function json(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

/** Rows from a list of objects, a GeoJSON collection, CKAN's `records`, or `{columns, rows}`. */
function rows(data) {
  if (Array.isArray(data)) return data;
  if (data?.features) return data.features.map((feature) => feature.properties);
  if (data?.result?.records) return data.result.records;
  if (data?.records) return data.records;
  if (data?.columns) return data.rows.map((row) => Object.fromEntries(data.columns.map((name, n) => [name, row[n]])));
  return [];
}

customElements.define("kuutio-chart", KuutioChart);
