// The tokens of the stylesheet, read as colours by what can't take `var(--…)`: a canvas.

export function tokens(element, ...names) {
  const style = getComputedStyle(element);
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export const CHART_COLOURS = ["chart-1", "chart-2", "chart-3", "chart-4", "chart-5", "chart-6"];

/** Calls back when the reader's system turns from light to dark or back. */
export function onSchemeChange(callback) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback);
}

/** How the page's language writes numbers. */
export function locale() {
  return { fi: "fi-FI", sv: "sv-FI", en: "en-GB" }[document.documentElement.lang] ?? "fi-FI";
}

/** Shows words where a widget could not be drawn. */
export function explain(element, words) {
  const box = document.createElement("div");
  box.className = "widget-fallback";
  const text = document.createElement("p");
  text.textContent = words;
  box.append(text);
  element.replaceChildren(box);
}
