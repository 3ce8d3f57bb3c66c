// A recount on the result's page: every entry is hashed again, the root worked out (RFC 9162), each pass and each ballot checked, the
// votes added up, and by greedy and Equal Shares the winners found again. The signatures under the heads, the witnesses' too, that the
// heads continue each other, and Phragmén are checked by `./kuutio verify`.
import { bytesOf, digest, hexOf, passMessage, readKey, textOf, verify } from "./blind.js";
import { electionOf, refusal, support, winners } from "./counting.js";

const box = document.getElementById("recount");
/** So long the winners of a large vote are looked for in a browser. */
const PATIENCE_MS = 60_000;

async function node(left, right) {
  const both = new Uint8Array(65);
  both.set([1]);
  both.set(left, 1);
  both.set(right, 33);
  return digest("SHA-256", both);
}

async function rootOf(leaves) {
  let level = leaves;
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at < level.length; at += 2) above.push(at + 1 < level.length ? await node(level[at], level[at + 1]) : level[at]);
    level = above;
  }
  return level[0];
}

const leafOf = (line) => {
  const text = new TextEncoder().encode(line);
  const whole = new Uint8Array(text.length + 1);
  whole.set(text, 1);
  return digest("SHA-256", whole);
};

/** The ballots that count, those that no later one replaces; null where one replaces a ballot that isn't there. */
async function counting(ballots) {
  const there = new Set(ballots.map((entry) => entry.next));
  const gone = new Set();
  for (const entry of ballots) if (entry.replaces) gone.add(textOf(await digest("SHA-256", bytesOf(entry.replaces))));
  return [...gone].every((name) => there.has(name)) ? ballots.filter((entry) => !gone.has(entry.next)) : null;
}

/** Whether more first ballots came by a channel than passes were issued there. */
function tooMany(ballots, issued) {
  const cast = new Map();
  for (const { pass, channel } of ballots) if (pass) cast.set(channel, (cast.get(channel) ?? 0) + 1);
  return [...cast].some(([channel, number]) => number > (issued?.[channel] ?? 0));
}

async function text(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status}`);
  return response.text();
}

async function recount() {
  const { dataset } = box;
  const [log, heads] = await Promise.all([text(dataset.log), text(dataset.heads)]);
  const lines = log.trimEnd().split("\n");
  const root = await rootOf(await Promise.all(lines.map(leafOf)));
  const signed = heads.trimEnd().split("\n\n").at(-2).split("\n");
  if (hexOf(root) !== hexOf(bytesOf(signed.at(-2)))) return { why: dataset.root };
  const [opening, ...rest] = lines.map((line) => JSON.parse(line));
  const closing = rest.pop();
  const key = await readKey(bytesOf(opening.keys.passes));
  const tokens = rest.map((entry) => entry.pass ?? entry.replaces);
  if (new Set(tokens).size < tokens.length) return { why: dataset.twice };
  for (const entry of rest) {
    if (entry.pass && !(await verify(key, passMessage(opening.origin, bytesOf(entry.pass)), bytesOf(entry.signature)))) {
      return { why: dataset.unsigned };
    }
  }
  if (tooMany(rest, closing.passes)) return { why: dataset.issued };
  if (rest.some((entry) => refusal(opening.election, entry.ballot))) return { why: dataset.limits };
  const counted = await counting(rest);
  if (!counted) return { why: dataset.replaced };
  const election = electionOf(opening, counted.map((entry) => entry.ballot));
  const votes = new Map(support(election, opening.rule).map((number, at) => [election.ids[at], number]));
  const published = dataset.votes.split(";").map((pair) => pair.split("="));
  if (published.some(([project, number]) => votes.get(project) !== Number(number))) return { why: dataset.sums };
  const found = await winners(election, opening.rule, patience());
  if (found && found.join(";") !== dataset.winners) return { why: dataset.others };
  const passes = Object.values(closing.passes).reduce((total, number) => total + number, 0);
  return { entries: lines.length, ballots: counted.length, passes, won: found ? dataset.same : dataset.uncounted };
}

/** Lets the page breathe now and then; false when it took too long. */
function patience() {
  let breath = performance.now();
  const end = breath + PATIENCE_MS;
  return () => {
    const now = performance.now();
    if (now - breath < 50) return true;
    breath = now;
    return new Promise((go) => setTimeout(() => go(now < end)));
  };
}

document.getElementById("recount-go")?.addEventListener("click", async (event) => {
  const button = event.currentTarget;
  const said = document.getElementById("recount-said");
  button.disabled = true;
  said.textContent = box.dataset.working;
  let found;
  try {
    found = await recount();
  } catch {
    // Nothing was found wrong: what is needed didn't come, or this browser can't do it.
    said.textContent = box.dataset.broken;
    said.classList.add("field-error");
    button.disabled = false;
    return;
  }
  const words = found.why ? box.dataset.fail : box.dataset.pass;
  said.textContent = words.replace(/\{(\w+)\}/g, (whole, name) => found[name] ?? whole);
  said.classList.toggle("field-error", Boolean(found.why));
});
