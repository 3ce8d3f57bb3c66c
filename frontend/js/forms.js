// Forms: the error summary takes the focus when a page comes back with errors; a form with `data-auto` sends itself when a
// choice changes (its button stays for the time without script), one with `data-keys` by Ctrl and Enter; a form can't be sent twice by a double press.

const summary = () => document.querySelector("[data-error-summary]");

summary()?.focus();
document.addEventListener("htmx:afterSettle", () => summary()?.focus());

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-auto]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
});

// Enter makes a new line in a text of many; with Ctrl (or ⌘) it sends a form with `data-keys`.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("textarea")?.form;
  if (form?.hasAttribute("data-keys")) form.requestSubmit();
});

const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (sent.has(form)) event.preventDefault();
  sent.add(form);
});

window.addEventListener("pageshow", (event) => {
  // The page came back from the browser's memory: its forms may be sent again.
  if (event.persisted) for (const form of document.forms) sent.delete(form);
});
