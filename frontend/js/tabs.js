// Where tabs don't fit side by side they scroll: the current one is brought into view, so that a reader sees where they are.

for (const tabs of document.querySelectorAll(".tabs")) {
  const here = tabs.querySelector("[aria-current]")?.getBoundingClientRect();
  const room = tabs.getBoundingClientRect();
  if (here && (here.right > room.right || here.left < room.left)) {
    tabs.scrollLeft += here.left + here.width / 2 - (room.left + room.width / 2);
  }
}
