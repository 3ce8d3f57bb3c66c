// Who wins, from the ballots alone: greedy and Equal Shares, exactly, in whole numbers. Written apart from the city's own count,
// so that the two check each other. Money is counted in the smallest unit that any amount has.

const decimals = (text) => String(text).split(".")[1]?.length ?? 0;

const whole = (text, digits) => {
  const [units, part = ""] = String(text).split(".");
  return BigInt(units + part.padEnd(digits, "0"));
};

const common = (one, other) => {
  let [greater, less] = [one, other];
  while (less) [greater, less] = [less, greater % less];
  return greater;
};

const sum = (costs, places) => places.reduce((total, at) => total + costs[at], 0n);

/** What a ballot gives to each project: a rank gives as many points as there are projects from it to the end of the ballot. */
const given = (ballot, kind) =>
  Array.isArray(ballot) ? ballot.map((key, at) => [key, kind === "ordinal" ? ballot.length - at : 1]) : Object.entries(ballot);

/** Why a ballot isn't allowed by its vote, in English; "" when it is. The same limits as `./kuutio verify` holds it to. */
export function refusal({ kind, projects, limits = {} }, ballot) {
  const costs = new Map(projects.map(({ id, cost }) => [id, Number(cost)]));
  const pointed = kind === "cumulative" || kind === "scoring";
  if (Array.isArray(ballot) === pointed || ballot === null || typeof ballot !== "object") return "form";
  const keys = pointed ? Object.keys(ballot) : ballot;
  if (new Set(keys).size < keys.length || keys.some((key) => !costs.has(key))) return "projects";
  const most = kind === "choose-1" ? 1 : Number(limits.max_length ?? costs.size);
  if (keys.length < Number(limits.min_length ?? 0) || keys.length > most) return "length";
  const cost = keys.reduce((sum, key) => sum + Math.round(100 * costs.get(key)), 0);
  if (limits.max_sum_cost !== undefined && cost > Math.round(100 * Number(limits.max_sum_cost))) return "cost";
  if (!pointed) return "";
  const points = Object.values(ballot);
  const least = Number(limits.min_points ?? 0);
  if (points.some((one) => !Number.isInteger(one) || one < least || one > Number(limits.max_points ?? one))) return "points";
  const total = points.reduce((sum, one) => sum + one, 0);
  return total < Number(limits.min_sum_points ?? 0) || total > Number(limits.max_sum_points ?? total) ? "points" : "";
}

/** An election as it is counted: equal ballots once, with how many there are of each. */
export function electionOf({ election, rule }, ballots) {
  const { kind, projects, budget } = election;
  const digits = Math.max(...[budget, rule.increment ?? 0, ...projects.map(({ cost }) => cost)].map(decimals));
  const place = new Map(projects.map(({ id }, at) => [id, at]));
  const cast = new Map();
  const votes = projects.map(() => 0);
  const scores = projects.map(() => 0);
  for (const ballot of ballots) {
    const parts = given(ballot, kind).map(([key, points]) => [place.get(key), points]).sort(([one], [other]) => one - other);
    for (const [at, points] of parts) {
      votes[at] += 1;
      scores[at] += points;
    }
    const name = parts.join(";");
    const there = cast.get(name) ?? { parts, voters: 0n };
    there.voters += 1n;
    cast.set(name, there);
  }
  const costs = projects.map(({ cost }) => whole(cost, digits));
  return { ids: projects.map(({ id }) => id), costs, budget: whole(budget, digits), digits, votes, scores, cast: [...cast.values()], voters: ballots.length };
}

/** The votes that decide by a rule: points where it counts points; greedy counts those that the ballots give. */
export const support = (election, rule) => (rule.kind === "greedy" || rule.utility === "points" ? election.scores : election.votes);

/** Of each project its place in the declared order of ties. */
function tieRanks({ ids, votes, costs }, { keys, lot }) {
  const drawn = new Map(lot.map((id, at) => [id, at]));
  const by = { votes: (one, other) => votes[other] - votes[one], cost: (one, other) => Number(costs[one] - costs[other]) };
  const order = ids.map((_id, at) => at).sort((one, other) => {
    for (const key of keys) if (by[key](one, other)) return by[key](one, other);
    const turn = (at) => drawn.get(ids[at]) ?? drawn.size;
    return turn(one) - turn(other) || (ids[one] < ids[other] ? -1 : 1);
  });
  const ranks = [];
  order.forEach((at, rank) => (ranks[at] = rank));
  return ranks;
}

/** Projects in an order, each funded if it fits in what is left. */
function fitting(election, order, left, stops) {
  const funded = [];
  for (const at of order) {
    if (election.costs[at] <= left) {
      left -= election.costs[at];
      funded.push(at);
    } else if (stops) break;
  }
  return funded;
}

function greedy(election, rule, ranks) {
  const { scores, costs } = election;
  const stronger = (one, other) =>
    rule.per_cost ? Number(BigInt(scores[other]) * costs[one] - BigInt(scores[one]) * costs[other]) : scores[other] - scores[one];
  const order = [...costs.keys()].filter((at) => scores[at] >= (rule.threshold ?? 0));
  order.sort((one, other) => stronger(one, other) || ranks[one] - ranks[other]);
  return fitting(election, order, election.budget, rule.overflow === "stop");
}

/** What the supporters of a project pay: `missing / (denominator * units)` for each of their points, those with less all they have. */
function payment(supporters, purses, cost, denominator) {
  let units = 0n;
  let money = 0n;
  for (const { row, voters, points } of supporters) {
    units += voters * points;
    money += voters * purses[row];
  }
  let missing = cost * denominator;
  if (money < missing) return null;
  const poorest = [...supporters].sort((one, other) => {
    const less = purses[one.row] * other.points - purses[other.row] * one.points;
    return less < 0n ? -1 : less > 0n ? 1 : 0;
  });
  for (const { row, voters, points } of poorest) {
    if (purses[row] * units >= missing * points) break;
    missing -= voters * purses[row];
    units -= voters * points;
  }
  return { missing, units };
}

/** One run of Equal Shares: what is bought when each voter has `share / denominator`. */
function bought({ costs, cast }, { worth, supporters, ranks }, share, denominator) {
  const purses = cast.map(() => share);
  const before = (one, other) => {
    const by = one.over * other.under - other.over * one.under;
    return by < 0n ? -1 : by > 0n ? 1 : ranks[one.at] - ranks[other.at];
  };
  // Purses only shrink, so that what a project cost a voter when it was last asked is the least that it will.
  let waiting = [...costs.keys()].filter((at) => supporters[at].length).map((at) => ({ at, over: 0n, under: 1n }));
  const funded = [];
  while (waiting.length) {
    let best = null;
    const gone = new Set();
    for (const one of waiting.sort(before)) {
      if (best && before(best, one) < 0) break;
      const price = payment(supporters[one.at], purses, costs[one.at], denominator);
      if (!price) {
        gone.add(one);
        continue;
      }
      Object.assign(one, { over: price.missing, under: denominator * price.units * worth[one.at], price });
      if (!best || before(one, best) < 0) best = one;
    }
    if (!best) break;
    const shared = common(best.price.missing, best.price.units);
    const [due, factor] = [best.price.missing / shared, best.price.units / shared];
    denominator *= factor;
    for (const row of purses.keys()) purses[row] *= factor;
    for (const { row, points } of supporters[best.at]) purses[row] -= purses[row] < due * points ? purses[row] : due * points;
    funded.push(best.at);
    waiting = waiting.filter((one) => one !== best && !gone.has(one));
  }
  return funded;
}

/** The run that counts: the share is raised until the outcome would cost too much, or nothing more fits; null when time is over. */
async function raised(election, rule, market, pause) {
  const { costs, budget, digits } = election;
  const voters = BigInt(election.voters);
  const unit = 10n ** BigInt(digits);
  let share = rule.start === "floor" ? (budget / (voters * unit)) * unit * voters : budget;
  let found = bought(election, market, share, voters);
  if (rule.increment === null || rule.increment === undefined) return found;
  const supported = [...costs.keys()].filter((at) => market.supporters[at].length);
  const fits = () => supported.some((at) => !found.includes(at) && costs[at] <= budget - sum(costs, found));
  while (found.length < supported.length && (rule.stop === "overshoot" || fits())) {
    if (!(await pause())) return null;
    share += whole(rule.increment, digits) * voters;
    const next = bought(election, market, share, voters);
    if (sum(costs, next) > budget) return found;
    found = next;
  }
  return found;
}

async function equalShares(election, rule, ranks, pause) {
  const { costs, budget, cast } = election;
  const pointed = rule.utility === "points";
  const supporters = costs.map(() => []);
  cast.forEach(({ parts, voters }, row) => {
    for (const [at, points] of parts) {
      if (!pointed || points > 0) supporters[at].push({ row, voters, points: pointed ? BigInt(points) : 1n });
    }
  });
  const market = { ranks, supporters, worth: costs.map((cost) => (rule.utility === "cost" ? cost : 1n)) };
  const funded = election.voters ? await raised(election, rule, market, pause) : [];
  if (!funded || rule.completion !== "utilitarian") return funded;
  const strength = support(election, rule);
  const rest = [...costs.keys()].filter((at) => !funded.includes(at));
  rest.sort((one, other) => strength[other] - strength[one] || ranks[one] - ranks[other]);
  return [...funded, ...fitting(election, rest, budget - sum(costs, funded), false)];
}

/**
 * The winners in the order of funding; null where the rule is none of these, or the time was not enough.
 * `pause` is asked between two runs whether to go on.
 */
export async function winners(election, rule, pause = () => true) {
  const ranks = tieRanks(election, rule.ties);
  let found = null;
  if (rule.kind === "greedy") found = greedy(election, rule, ranks);
  if (rule.kind === "equal-shares") found = await equalShares(election, rule, ranks, pause);
  return found && found.map((at) => election.ids[at]);
}
