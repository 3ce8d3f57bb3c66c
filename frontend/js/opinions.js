// The card of a statement: 1 agrees, 2 disagrees, 3 passes. Only where the page says that the keys are on, never while somebody
// writes or chooses, never with Ctrl, Alt or ⌘ (WCAG 2.2, 2.1.4: the page has a button that switches them off).

const card = document.querySelector("[data-opinion-keys]");

if (card) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing || event.defaultPrevented) return;
    if (event.target.isContentEditable || event.target.matches?.("input, textarea, select") || document.querySelector("dialog[open]")) return;
    const button = card.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
