// How a pin is moved by keys: arrows move it, with Shift in small steps; Enter and Space set it.
const STEP = 20; // pixels that an arrow key moves the pin; with Shift a tenth
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** `set()`: the reader sets the pin; `moved()`, where there is one: an arrow has moved it. */
export function moveByKeys(pin, map, marker, { set, moved = () => {} }) {
  pin.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      set();
    }
    const [x, y] = ARROWS[event.key] ?? [];
    if (x === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // the map would move, too
    const step = event.shiftKey ? STEP / 10 : STEP;
    const from = map.project(marker.getLngLat());
    marker.setLngLat(map.unproject([from.x + x * step, from.y + y * step]));
    if (!map.getBounds().contains(marker.getLngLat())) map.jumpTo({ center: marker.getLngLat() });
    moved();
  });
}
