// The form that takes a place: a point, a line or an area. The map writes its corners into the field in which they can be
// written by hand, one a line; without the script, that field and the words are enough.
for (const form of document.querySelectorAll("form[data-shape]")) start(form);

function start(form) {
  const part = form.querySelector("[data-draw-part]");
  const field = form.elements.namedItem("corners") ?? form.elements.namedItem("position");
  if (!part || !field) return;
  const status = part.querySelector("[data-draw-status]");
  let drawing;

  const kind = () => form.querySelector("input[name=shape]:checked")?.value ?? "point";
  const corners = () =>
    field.value
      .split("\n")
      .map((line) => line.split(",").map(Number))
      .filter(([lat, lon]) => Number.isFinite(lat) && Number.isFinite(lon))
      .map(([lat, lon]) => [lon, lat]);

  function show() {
    const count = corners().length;
    const { none, one, many } = status.dataset;
    status.textContent = count === 0 ? none : count === 1 ? one : many.replace("{count}", count);
    drawing?.show(corners(), kind());
  }

  function keep(list) {
    field.value = list.map(([lon, lat]) => `${lat.toFixed(6)}, ${lon.toFixed(6)}`).join("\n");
    show();
  }

  part.querySelector("[data-draw-map]").hidden = false;
  part.querySelector("[data-draw-back]").addEventListener("click", () => keep(corners().slice(0, -1)));
  field.addEventListener("input", show);
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "shape") return;
    if (kind() === "point") keep(corners().slice(-1));
    else show();
  });
  part.addEventListener("toggle", async () => {
    if (!part.open || drawing) return;
    const { drawOn } = await import("./draw.js"); // the map's library is large: only for who opens the map
    drawing = drawOn(part.querySelector("[data-draw]"), {
      at: corners().at(-1),
      put: (corner) => keep(kind() === "point" ? [corner] : [...corners(), corner]),
    });
    show();
  });
  show();
}
