// Filters that a phone opens over the list (a popover): the button under them sends the form and closes them.

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".filters-send");
  const panel = button?.closest("[popover]");
  if (panel?.matches(":popover-open")) panel.hidePopover();
});
