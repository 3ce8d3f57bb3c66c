// The ballot paper: the running total, ranking by buttons, and the vote itself: a pass that is signed unseen, a ballot that is sent
// without the session. Without this file the form is sent as it stands.
import { blind, bytesOf, digest, finalize, passMessage, random, readKey, textOf } from "./blind.js";

const form = document.getElementById("ballot");
const said = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const euros = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR", maximumFractionDigits: 0 });

const lines = () => [...form.querySelectorAll(".ballot-line")];
const field = (line) => line.querySelector("input");
const numbered = () => ["ordinal", "cumulative", "scoring"].includes(form.dataset.paper);

/** What stands in the fields, and isn't 0. */
const filled = () =>
  lines()
    .map((line) => [line.dataset.key, field(line).value.trim()])
    .filter(([, text]) => text && Number(text) !== 0);

/** Why the numbers can't be sent as they stand, in the words of the form without scripts; "" when they can. */
function unclear() {
  if (!numbered()) return "";
  const given = filled().map(([, text]) => text);
  if (given.some((text) => !/^[0-9]{1,4}$/.test(text))) return form.dataset.wordsWhole;
  const places = new Set(given.map(Number));
  return form.dataset.paper === "ordinal" && places.size < given.length ? form.dataset.wordsTwice : "";
}

/** What the paper says now. */
function choice() {
  if (!numbered()) return lines().filter((line) => field(line).checked).map((line) => line.dataset.key);
  const given = filled()
    .map(([key, text]) => [key, Number(text)])
    .filter(([, value]) => value > 0);
  if (form.dataset.paper !== "ordinal") return Object.fromEntries(given);
  return given.sort((one, other) => one[1] - other[1]).map(([key]) => key);
}

function total() {
  const { dataset } = form;
  const box = document.getElementById("ballot-total");
  const now = choice();
  let text;
  let over = false;
  if (!numbered()) {
    const cost = lines().reduce((sum, line) => sum + (field(line).checked ? Number(line.dataset.cost) : 0), 0);
    text = said(dataset.wordsCost, { count: now.length, cost: euros.format(cost / 100), amount: euros.format(dataset.amount / 100) });
    over = (dataset.paper === "knapsack" && cost > Number(dataset.amount)) || (dataset.most && now.length > Number(dataset.most));
  } else if (dataset.paper === "ordinal") {
    text = said(dataset.wordsRanked, { count: now.length });
    over = dataset.most && now.length > Number(dataset.most);
  } else {
    const given = Object.values(now).reduce((sum, points) => sum + points, 0);
    text = said(dataset.points ? dataset.wordsPoints : dataset.wordsScores, { count: given, most: dataset.points });
    over = dataset.points && given > Number(dataset.points);
  }
  box.hidden = false;
  box.classList.toggle("ballot-over", Boolean(over));
  box.textContent = over ? `${text} ${dataset.wordsOver}` : text;
}

/** One step up or down in the order; the first press of a project that has no number puts it last. */
function rank(line, by) {
  const order = choice();
  const at = order.indexOf(line.dataset.key);
  if (at < 0) order.push(line.dataset.key);
  else if (at + by >= 0) {
    order.splice(at, 1);
    if (at + by < order.length + 1) order.splice(at + by, 0, line.dataset.key);
  }
  for (const one of lines()) {
    const place = order.indexOf(one.dataset.key);
    field(one).value = place < 0 ? "" : place + 1;
  }
  total();
}

async function posted(address, body, options) {
  const response = await fetch(address, { method: "POST", body: JSON.stringify(body), ...options });
  const told = await response.json();
  if (!response.ok) throw Object.assign(new Error(told.detail), { refused: true, kind: told.type });
  return told;
}

/** The pass of this browser: asked for once, kept by this tab until the ballot is in: a broken connection costs nobody their
 * vote, and the next person at a shared computer does not find it. */
async function pass(key, kept) {
  const { dataset } = form;
  if (!kept.token) {
    const token = random(32);
    const { blinded, inverse } = await blind(key, passMessage(dataset.origin, token));
    Object.assign(kept, { token: textOf(token), next: textOf(random(32)), blinded: textOf(blinded), inverse: textOf(inverse) });
    keep(kept);
  }
  if (!kept.signature) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
    const body = { blinded: kept.blinded, works_in: form.elements.works_in?.value ?? "" };
    const told = await posted(dataset.pass, body, { headers });
    const message = passMessage(dataset.origin, bytesOf(kept.token));
    kept.signature = textOf(await finalize(key, message, bytesOf(told.signature), bytesOf(kept.inverse)));
    keep(kept);
  }
}

/** The pass is of the person who is signed in, too: who signs in after them in the same tab gets their own. */
const name = () => `${mark()} ${form.dataset.person}`;
const mark = () => `pass ${form.dataset.origin} ${form.dataset.key.slice(40, 80)}`;

/** Passes that others have left in this tab. */
function forget() {
  const names = Object.keys(sessionStorage);
  for (const other of names) if (other.startsWith(mark()) && other !== name()) sessionStorage.removeItem(other);
}

const keep = (kept) => sessionStorage.setItem(name(), JSON.stringify(kept));
const kept = () => JSON.parse(sessionStorage.getItem(name()) || "{}");

async function vote() {
  const why = unclear();
  if (why) throw Object.assign(new Error(why), { refused: true });
  const code = form.elements.code?.value.trim();
  const mine = kept();
  const body = { ballot: choice() };
  if (code) {
    mine.next = textOf(random(32));
    body.replaces = code;
  } else {
    await pass(await readKey(bytesOf(form.dataset.key)), mine);
    Object.assign(body, { pass: mine.token, signature: mine.signature });
  }
  body.next = textOf(await digest("SHA-256", bytesOf(mine.next)));
  const told = await posted(form.dataset.cast, body, { headers: { "Content-Type": "application/json" }, credentials: "omit", referrerPolicy: "no-referrer" });
  sessionStorage.removeItem(name());
  window.location.assign(`${told.receipt}#${mine.next}`);
}

if (form && crypto.subtle) {
  const button = form.querySelector(".form-actions button");
  const error = document.getElementById("ballot-error");
  form.addEventListener("input", total);
  form.addEventListener("click", (event) => {
    const key = event.target.closest("[data-rank]");
    if (key) rank(key.closest(".ballot-line"), key.dataset.rank === "up" ? -1 : 1);
  });
  for (const keys of form.querySelectorAll(".rank-keys")) keys.hidden = false;
  if (form.dataset.person) forget();
  total();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    const words = button.textContent;
    button.disabled = true;
    button.textContent = form.dataset.wordsSending;
    error.hidden = true;
    try {
      await vote();
    } catch (problem) {
      error.textContent = problem.refused ? problem.message : form.dataset.wordsOffline;
      error.hidden = false;
      button.disabled = false;
      button.textContent = words;
    }
  });
}

// The receipt: the code is in the part of the address that no server sees, and leaves the address at once.
const code = document.getElementById("code");
if (code && window.location.hash.length === 44) {
  code.textContent = window.location.hash.slice(1);
  document.getElementById("change-code").hidden = false;
  window.history.replaceState(null, "", window.location.pathname);
}
