// A recount on the result's page: every entry is hashed again, the root worked out (RFC 9162), each pass checked, the votes added up.
// Who wins by the rule is counted by `./kuutio verify`.
import { bytesOf, digest, hexOf, passMessage, readKey, textOf, verify } from "./blind.js";

const box = document.getElementById("recount");

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

/** The ballots that count: those that no later one replaces. */
async function counting(ballots) {
  const gone = new Set();
  for (const entry of ballots) if (entry.replaces) gone.add(textOf(await digest("SHA-256", bytesOf(entry.replaces))));
  return ballots.filter((entry) => !gone.has(entry.next));
}

function sums(kind, ballots) {
  const found = new Map();
  for (const { ballot } of ballots) {
    const given = Array.isArray(ballot)
      ? ballot.map((key, at) => [key, kind === "ordinal" ? ballot.length - at : 1])
      : Object.entries(ballot);
    for (const [key, value] of given) found.set(key, (found.get(key) ?? 0) + value);
  }
  return found;
}

async function recount() {
  const [log, heads] = await Promise.all([box.dataset.log, box.dataset.heads].map(async (address) => (await fetch(address)).text()));
  const lines = log.trimEnd().split("\n");
  const root = await rootOf(await Promise.all(lines.map(leafOf)));
  const signed = heads.trimEnd().split("\n\n").at(-2).split("\n");
  const stated = signed.at(-2);
  if (hexOf(root) !== hexOf(bytesOf(stated))) return { why: box.dataset.root };
  const [opening, ...rest] = lines.map((line) => JSON.parse(line));
  const ballots = rest.slice(0, -1);
  const key = await readKey(bytesOf(opening.keys.passes));
  const tokens = ballots.map((entry) => entry.pass ?? entry.replaces);
  if (new Set(tokens).size < tokens.length) return { why: box.dataset.twice };
  for (const entry of ballots) {
    if (entry.pass && !(await verify(key, passMessage(opening.origin, bytesOf(entry.pass)), bytesOf(entry.signature)))) {
      return { why: box.dataset.unsigned };
    }
  }
  const counted = await counting(ballots);
  const found = sums(opening.election.kind, counted);
  const published = box.dataset.votes.split(";").map((pair) => pair.split("="));
  if (published.some(([project, votes]) => (found.get(project) ?? 0) !== Number(votes))) return { why: box.dataset.sums };
  return { entries: lines.length, ballots: counted.length };
}

document.getElementById("recount-go")?.addEventListener("click", async (event) => {
  const said = document.getElementById("recount-said");
  event.currentTarget.disabled = true;
  said.textContent = box.dataset.working;
  const found = await recount();
  const words = found.why ? box.dataset.fail : box.dataset.pass;
  said.textContent = words.replace(/\{(\w+)\}/g, (whole, name) => found[name] ?? whole);
  said.classList.toggle("field-error", Boolean(found.why));
});
