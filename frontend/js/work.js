// The officers' pages. One letter does a thing: only where the page lists the keys (`dialog[data-keys=on]`), never while somebody
// writes or chooses, never with Ctrl, Alt or ⌘ (WCAG 2.2, 2.1.4). Parts with `data-live` ask again by htmx while the page is seen.

const keys = document.querySelector("dialog[data-keys=on]");
const rows = () => [...document.querySelectorAll("[data-row]")];

/** Where each letter goes on a case's screen: to what can be written in; a closed part opens first. */
const GOALS = { r: "#answer ~ form textarea", n: "#note ~ form textarea", a: "#assign select", h: "#hand select" };

const writes = (target) =>
  target.isContentEditable || target.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=submit])");

function step(by) {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement) || row.closest("tr")?.contains(document.activeElement));
  const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

function go(selector) {
  const goal = document.querySelector(selector);
  if (!goal) return false;
  const part = goal.closest("details");
  if (part) part.open = true;
  goal.focus();
  goal.scrollIntoView({ block: "center" });
  return true;
}

/** A letter of an act: on a case's screen there, in the queue on the screen of the row's case. */
function act(key) {
  if (go(GOALS[key])) return true;
  const row = document.activeElement?.closest?.("tr")?.querySelector("a[data-row]");
  if (!row) return false;
  window.location.assign(`${row.href}#key-${key}`); // no part of the page: the browser would take the focus to it
  return true;
}

function did(key) {
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  if (key in GOALS) return act(key);
  if (key === "/") return go("[data-key-goal='/']");
  if (key === "?") return keys.showModal() ?? true;
  if (key === "x") {
    const box = document.activeElement?.closest?.("tr")?.querySelector("input.row-box[name=case]");
    box?.click();
    return Boolean(box);
  }
  return false;
}

if (keys) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    if (writes(event.target) || document.querySelector("dialog[open]")) return;
    if (did(event.key)) event.preventDefault();
  });
  const came = GOALS[window.location.hash.replace("#key-", "")]; // from the queue by a letter
  if (came) go(came);
}

// What was written before htmx was there (it waits for the map) is kept as well.
document.addEventListener("DOMContentLoaded", () => {
  for (const text of document.querySelectorAll("textarea[hx-post]")) {
    if (text.value !== text.defaultValue) text.dispatchEvent(new Event("keep"));
  }
});

const all = document.querySelector("[data-pick-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of document.querySelectorAll("input.row-box[name=case]")) box.checked = all.checked;
  });
}

// What hasn't changed isn't put in again, so that a screen reader doesn't say it again; what nobody sees doesn't ask.
const shown = new WeakMap();
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.hasAttribute("data-live") && document.hidden) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (!target.hasAttribute("data-live")) return;
  if (xhr.status === 304 || shown.get(target) === xhr.responseText) event.detail.shouldSwap = false;
  shown.set(target, xhr.responseText);
});
