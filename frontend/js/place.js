// The form that asks where something is: the reader's own position, service points near by, and a map with a pin, each of
// which tells in words where that is. Without the script, or without leave, city and address are enough.
const form = document.querySelector("form[data-place]");
const WAIT = 300; // milliseconds until a pin that is being moved is asked about

if (form) start();

function start() {
  const part = (name) => form.querySelector(`[data-place-${name}]`);
  const field = (name) => form.elements.namedItem(name);
  const [status, list, units, map] = [part("status"), part("list"), part("units"), part("map")];
  let pin;
  let asked;
  let timer;

  /** A place is known: it goes with the form, and is told in words; `source` is the way by which it came. */
  function put(lon, lat, source) {
    field("lon").value = lon.toFixed(6);
    field("lat").value = lat.toFixed(6);
    field("source").value = source;
    part("forget").hidden = false;
    if (source !== "map") pin?.put(lon, lat);
    clearTimeout(timer);
    timer = setTimeout(() => ask(lon, lat), source === "map" ? WAIT : 0);
  }

  async function ask(lon, lat) {
    asked?.abort();
    asked = new AbortController();
    const address = `${form.dataset.place}?lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}&lang=${document.documentElement.lang}`;
    try {
      const response = await fetch(address, { signal: asked.signal });
      if (response.ok) tell(await response.json());
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  function tell(place) {
    const { municipality, choices } = place;
    const words = { lat: place.lat.toFixed(5), lon: place.lon.toFixed(5), city: municipality?.name ?? "" };
    let said = form.dataset.here;
    if (choices.length) {
      said = form.dataset.hereUnsure;
      words.city = choices.map((choice) => choice.name).join(", ");
    } else if (!municipality) said = form.dataset.hereAbroad;
    else if (!municipality.city) said = form.dataset.hereOutside;
    else field("city").value = municipality.city;
    status.textContent = fill(said, words);
    show(place.units);
  }

  /** The service points near by, as choices; the one that was chosen stays chosen. */
  function show(near) {
    const chosen = list.querySelector("input:checked")?.value ?? "";
    const rows = near.map((unit) => {
      const about = [unit.address, fill(form.dataset.near, { metres: unit.metres })].filter(Boolean).join(" · ");
      return choice(unit.id, unit.name, about, unit, unit.id === chosen);
    });
    units.hidden = !rows.length;
    if (rows.length) rows.push(choice("", form.dataset.none, "", null, !near.some((unit) => unit.id === chosen)));
    list.replaceChildren(...rows);
    pin?.show(near);
  }

  const button = part("button");
  if ("geolocation" in navigator && window.isSecureContext) {
    part("own").hidden = false;
    button.addEventListener("click", () => {
      button.disabled = true;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          button.disabled = false;
          unchoose();
          put(coords.longitude, coords.latitude, "position");
        },
        () => {
          button.disabled = false;
          status.textContent = button.dataset.failed;
        },
        { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
      );
    });
  }

  const unchoose = () => {
    const none = list.querySelector("input[value='']");
    if (none) none.checked = true;
  };

  list.addEventListener("change", ({ target }) => {
    if (!target.value) return;
    const [lon, lat] = [Number(target.dataset.lon), Number(target.dataset.lat)];
    const city = field("city");
    city.value = target.dataset.city;
    pin?.put(lon, lat);
    const words = { city: city.selectedOptions[0]?.textContent, lat: lat.toFixed(5), lon: lon.toFixed(5) };
    status.textContent = fill(form.dataset.here, words);
  });

  map.hidden = false;
  map.addEventListener("toggle", async () => {
    if (!map.open || pin) return;
    const { pinOn } = await import("./pin.js"); // the map's library is large: only for who opens the map
    const element = map.querySelector("[data-pin]");
    const known = field("lon").value && field("lat").value;
    const at = known ? [Number(field("lon").value), Number(field("lat").value)] : undefined;
    pin = pinOn(element, {
      at,
      units: listed(list),
      box: JSON.parse(element.dataset.boxes)[field("city").value],
      moved: (lon, lat) => {
        unchoose();
        put(lon, lat, "map");
      },
    });
  });
}

/** The service points that the page offers, with their places. */
function listed(list) {
  return [...list.querySelectorAll("input[data-lon]")].map(({ dataset, labels }) => ({
    name: labels[0].firstChild.textContent.trim() || labels[0].textContent.trim(),
    lon: Number(dataset.lon),
    lat: Number(dataset.lat),
  }));
}

function choice(value, name, about, place, checked) {
  const row = document.createElement("div");
  row.className = "hds-radio-button";
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name: "unit", value, checked, id: `unit_${value || "none"}` });
  input.className = "hds-radio-button__input";
  if (place) Object.assign(input.dataset, { lon: place.lon, lat: place.lat, city: place.city });
  const label = document.createElement("label");
  label.htmlFor = input.id;
  label.className = "hds-radio-button__label";
  label.append(name, " ");
  const more = document.createElement("span");
  more.className = "meta";
  more.textContent = about;
  label.append(more);
  row.append(input, label);
  return row;
}

/** Words with named gaps, filled as text. */
function fill(words, facts) {
  return words.replace(/\{(\w+)\}/g, (_gap, name) => facts[name] ?? "");
}
