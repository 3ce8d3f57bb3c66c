// Ready texts into an answer, where the cursor stands. Without the script the button asks the server, which puts the text at the end.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-insert]");
  const field = button?.form?.querySelector("textarea");
  if (!field) return;
  event.preventDefault();
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const space = before.trim() && !before.endsWith("\n\n") ? "\n\n" : "";
  field.focus();
  field.setRangeText(space + button.dataset.insert, before.length, field.value.length - after.length, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
