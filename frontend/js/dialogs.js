// Native dialogs: `data-opens="id"` on a link whose address shows the same thing as a page of its own, for the time without script.

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const dialog = event.target.closest?.("dialog.dialog");
  if (!dialog) return;
  const closes = event.target.closest("[data-closes]");
  if (closes || event.target === dialog) dialog.close(); // its own area is padding: the target is the backdrop
});
