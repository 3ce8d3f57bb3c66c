// Forms that save themselves: what is written goes to the server a moment after the last key. Without a connection it stays on this
// device and goes when the connection is back. Two writers don't overwrite one another: the server compares the revision that each
// one read, and answers 409; the form's own button then shows both texts.

const PAUSE = 1200;
const AGAIN = 8000;

/** The copy on this device belongs to an address, so to one part of one application. */
const keyOf = (form) => `kuutio-draft:${form.action}`;

const values = (form) => [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");

/** What a device refuses (no room, no storage in private windows, a broken copy) stops nothing: the server keeps the text. */
function onDevice(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

function fill(form, pairs) {
  const told = new Map();
  for (const [name, value] of pairs) told.set(name, [...(told.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || !told.has(field.name) || field.name === "csrfmiddlewaretoken") continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = told.get(field.name).includes(field.value);
    else [field.value] = told.get(field.name);
  }
}

function tend(form) {
  const said = form.querySelector("[data-said]");
  const revision = form.elements.revision;
  let timer = 0;
  let running = false;
  let stopped = false;
  let dirty = false;

  const say = (what) => {
    said.textContent = form.dataset[what] ?? "";
  };
  const keep = (sent = false) =>
    onDevice(() => localStorage.setItem(keyOf(form), JSON.stringify({ sent, revision: Number(revision.value), values: values(form) })));
  const forget = () => onDevice(() => localStorage.removeItem(keyOf(form)));
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  function told(answer, body) {
    if (answer.status === 409) {
      stopped = true; // the button goes on: it shows both texts
      say("changed");
    } else if (answer.ok) {
      revision.value = body.revision;
      for (const other of document.querySelectorAll("[data-follows-revision]")) other.value = body.revision;
      if (!dirty) forget();
      say("saved");
      document.body.dispatchEvent(new Event("saved"));
    } else {
      say("wrong");
    }
  }

  async function save() {
    if (running || stopped) return;
    running = true;
    dirty = false;
    say("saving");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" }, redirect: "manual" });
      told(answer, answer.headers.get("content-type")?.includes("json") ? await answer.json() : {});
    } catch {
      dirty = true;
      say("kept");
      later(AGAIN);
    }
    running = false;
    if (dirty) later(PAUSE);
  }

  form.addEventListener("input", () => {
    dirty = true;
    keep();
    if (!stopped) later(PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    stopped = true;
    keep(true); // goes when a later revision comes back: a press that never reached the server loses nothing
  });
  window.addEventListener("online", () => dirty && later(0));

  const own = onDevice(() => JSON.parse(localStorage.getItem(keyOf(form)) ?? "null"));
  if (own?.sent && own.revision < Number(revision.value)) {
    forget();
  } else if (own) {
    // The revision is the one that was read then: if somebody saved meanwhile, the server says so, and both texts are shown.
    fill(form, own.values);
    dirty = true;
    say("restored");
    later(PAUSE);
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) tend(form);
