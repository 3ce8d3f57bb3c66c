// The header's picks are <details>: with script they also close by Esc, by a press elsewhere, and one at a time.

const open = () => document.querySelectorAll("details.head-pick[open]");

document.addEventListener("click", (event) => {
  for (const pick of open()) if (!pick.contains(event.target)) pick.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const pick of open()) {
    pick.open = false;
    if (pick.contains(document.activeElement)) pick.querySelector("summary").focus();
  }
});
