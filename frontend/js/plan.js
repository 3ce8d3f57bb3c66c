// An officer's plan: points, lines and areas that are drawn one after the other. The map writes them as GeoJSON into the field in which
// they can be pasted as well; without the script that field is enough.
for (const part of document.querySelectorAll("[data-plan]")) start(part);

function start(part) {
  const field = document.getElementById(part.dataset.plan);
  const drawer = part.querySelector("[data-plan-part]");
  const status = part.querySelector("[data-plan-status]");
  let done = flat(read(field.value)); // shapes that are ready
  let corners = []; // of the one that is drawn
  let drawing;

  const kind = () => part.querySelector("input[type=radio]:checked").value;
  const all = () => [...done, ...shape(corners, kind())];

  function show() {
    const { words } = status.dataset;
    status.textContent = words.replace("{shapes}", done.length).replace("{corners}", corners.length);
    drawing?.show(corners, kind(), done);
  }

  function keep() {
    const shapes = all();
    field.value = shapes.length === 0 ? "" : JSON.stringify(shapes.length === 1 ? shapes[0] : { type: "GeometryCollection", geometries: shapes });
    show();
  }

  function finish() {
    done = all();
    corners = [];
  }

  drawer.hidden = false;
  part.querySelector("[data-plan-next]").addEventListener("click", () => {
    finish();
    keep();
  });
  part.querySelector("[data-plan-back]").addEventListener("click", () => {
    if (corners.length > 0) corners = corners.slice(0, -1);
    else done = done.slice(0, -1);
    keep();
  });
  part.querySelector("[data-plan-clear]").addEventListener("click", () => {
    [done, corners] = [[], []];
    keep();
  });
  field.addEventListener("input", () => {
    [done, corners] = [flat(read(field.value)), []];
    show();
  });
  part.addEventListener("change", ({ target }) => {
    if (target.type === "radio") keep();
  });
  drawer.addEventListener("toggle", async () => {
    if (!drawer.open || drawing) return;
    const { drawOn } = await import("./draw.js"); // the map's library is large: only for who opens the map
    drawing = drawOn(part.querySelector("[data-draw]"), {
      put: (corner) => {
        if (kind() === "point") finish();
        corners = [...corners, corner];
        keep();
      },
    });
    show();
  });
  show();
}

/** The geometry of a text; undefined where it is none. */
function read(text) {
  try {
    const told = JSON.parse(text);
    return told?.type === "Feature" ? told.geometry : told;
  } catch {
    return undefined;
  }
}

/** A geometry as points, lines and areas; none of what isn't one: it may be half pasted. */
function flat(geometry) {
  if (typeof geometry?.type !== "string") return [];
  const list = (told) => (Array.isArray(told) ? told : []);
  if (geometry.type === "GeometryCollection") return list(geometry.geometries).flatMap(flat);
  if (!geometry.type.startsWith("Multi")) return Array.isArray(geometry.coordinates) ? [geometry] : [];
  return list(geometry.coordinates).map((coordinates) => ({ type: geometry.type.slice(5), coordinates }));
}

/** What corners make, if they are enough; to a decimetre. */
function shape(corners, kind) {
  const round = corners.map(([lon, lat]) => [Number(lon.toFixed(6)), Number(lat.toFixed(6))]);
  if (kind === "point") return round.slice(-1).map((coordinates) => ({ type: "Point", coordinates }));
  if (kind === "line") return round.length > 1 ? [{ type: "LineString", coordinates: round }] : [];
  return round.length > 2 ? [{ type: "Polygon", coordinates: [[...round, round[0]]] }] : [];
}
