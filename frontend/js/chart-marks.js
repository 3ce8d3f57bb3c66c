// A specification turned to Observable Plot's marks: direct labels instead of a legend, round axes with a unit, zero where it
// matters. Colours are the tokens themselves, so that light and dark need no new drawing.
import { steps } from "./chart-steps.js";
import { locale } from "./tokens.js";

const COLOURS = [1, 2, 3, 4, 5, 6].map((n) => `var(--chart-${n})`);
const LABEL_ROOM = 15; // pixels between two direct labels
const FONT = "var(--font)";
const LETTER = 7.2; // the width of a letter of a label, in pixels, on average

/** @returns {Element[]} the chart as one image with a name, after a key in words where labels can't be direct */
export function draw(Plot, spec, { width, title }) {
  const prepared = prepare(spec);
  const drawing = Plot.plot({
    width,
    style: { fontFamily: FONT, fontSize: "13px", color: "var(--ink-2)", background: "none", overflow: "visible" },
    ...makers[spec.type](Plot, prepared, width),
  });
  // Plot names its groups in a way that ARIA doesn't allow: to a screen reader the chart is one image, its data is in the table.
  drawing.setAttribute("aria-hidden", "true");
  const image = document.createElement("div");
  image.setAttribute("role", "img");
  image.setAttribute("aria-label", title || spec.labels?.y || spec.y || spec.x);
  image.append(drawing);
  const direct = spec.type === "line" || spec.color === spec.x;
  return spec.color && !direct ? [key(prepared), image] : [image];
}

/** The groups of dots and stacked bars, in words beside their colours. */
function key(s) {
  const list = document.createElement("ul");
  list.className = "key";
  for (const group of s.groups) {
    const item = document.createElement("li");
    const swatch = document.createElement("span");
    swatch.className = `swatch swatch-${(s.order.indexOf(group) % COLOURS.length) + 1}`;
    item.append(swatch, s.name(group));
    list.append(item);
  }
  return list;
}

/** Dates and numbers as such, the order of colours, the words of axes. */
function prepare(spec) {
  const dated = spec.data.every((row) => /^\d{4}(-\d{2}){0,2}/.test(String(row[spec.x] ?? "")) && isNaN(row[spec.x]));
  const when = dated && spec.type !== "bar" && spec.type !== "histogram";
  const data = spec.data.map((row) => ({
    ...row,
    [spec.x]: when ? new Date(row[spec.x]) : row[spec.x],
    ...(spec.y && { [spec.y]: row[spec.y] == null ? null : Number(row[spec.y]) }),
  }));
  const present = new Set(data.map((row) => row[spec.color]));
  const order = spec.order ?? (spec.color ? [...present].sort() : []);
  const colour = (value) => (spec.color ? COLOURS[order.indexOf(value) % COLOURS.length] ?? "var(--ink-3)" : "var(--chart-1)");
  const name = (value) => spec.names?.[value] ?? String(value);
  const format = new Intl.NumberFormat(locale(), { maximumFractionDigits: spec.decimals ?? 2 });
  const day = new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: "UTC" });
  const tick = when ? timeTicks(data.map((row) => row[spec.x])) : undefined;
  return {
    ...spec,
    data,
    when,
    tick,
    order,
    groups: order.filter((value) => present.has(value)),
    colour,
    name,
    number: (value) => format.format(value) + (spec.unit ? `\u00a0${spec.unit}` : ""),
    xText: (value) => (value instanceof Date ? day.format(value) : typeof value === "number" ? format.format(value) : name(value)),
    labels: { x: spec.labels?.x ?? null, y: spec.labels?.y ?? null },
  };
}

/** The words under a time axis, by its span: hours, days, months (the year under the first and each January) or years. */
function timeTicks(times) {
  const days = (Math.max(...times) - Math.min(...times)) / 86_400_000;
  const write = (options) => {
    const format = new Intl.DateTimeFormat(locale(), { ...options, timeZone: "UTC" });
    return (time) => format.format(time);
  };
  if (days > 1100) return write({ year: "numeric" });
  if (days <= 3) return write({ hour: "numeric", minute: "2-digit" });
  if (days <= 62) return write({ day: "numeric", month: "numeric" });
  const month = write({ month: "short" });
  return (time, n) => month(time) + (n === 0 || time.getUTCMonth() === 0 ? `\n${time.getUTCFullYear()}` : "");
}

const grid = { stroke: "var(--line)", strokeOpacity: 1 };

function axes(Plot, s, width) {
  const ticks = Math.max(2, Math.min(8, Math.round(width / 110)));
  return [
    Plot.gridY({ ...grid, ticks: 5 }),
    Plot.axisY({ ticks: 5, tickSize: 0, tickFormat: (v) => s.number(v), label: s.labels.y, labelArrow: "none", fill: "var(--ink-2)" }),
    Plot.axisX({ ticks, tickSize: 0, label: s.labels.x, labelArrow: "none", fill: "var(--ink-2)", tickFormat: s.tick ?? s.xText }),
    Plot.ruleY([0], { stroke: "var(--edge)" }),
  ];
}

/** Room on the left for the longest figure of the axis, which is not known before its ticks are. */
function marginLeft(s, field = s.y) {
  const most = Math.max(...s.data.map((row) => Math.abs(row[field] ?? 0)));
  return Math.max(40, 16 + s.number(Math.round(most)).length * LETTER);
}

function tip(Plot, s, options) {
  return Plot.tip(
    s.data,
    Plot.pointer({
      ...options,
      fill: "var(--paper)",
      stroke: "var(--edge)",
      pathFilter: "none",
      title: (row) => [s.color && s.name(row[s.color]), s.xText(row[s.x]), s.y && s.number(row[s.y])].filter(Boolean).join("\n"),
    }),
  );
}

function line(Plot, s, width) {
  const { data, x, y, color } = s;
  const last = s.groups.length ? s.groups.map((g) => data.findLast((row) => row[color] === g && row[y] != null)).filter(Boolean) : [];
  const room = last.length ? 14 + Math.max(...last.map((row) => s.name(row[color]).length)) * LETTER : 16;
  const height = Math.round(Math.min(380, Math.max(260, width * 0.5)));
  const base = {
    height,
    marginLeft: marginLeft(s),
    marginRight: room,
    marginTop: 28,
    marginBottom: 36,
    x: s.when ? { type: "utc" } : {},
    y: { zero: true, nice: true },
  };
  const marks = [
    ...axes(Plot, s, width),
    Plot.lineY(data, { x, y, z: color, stroke: (row) => s.colour(row[color]), strokeWidth: 2.25, curve: "monotone-x" }),
  ];
  const scale = Plot.plot({ width, ...base, marks }).scale("y");
  const labels = apart(last.map((row) => ({ row, at: scale.apply(row[y]) })), scale);
  return {
    ...base,
    marks: [
      ...marks,
      Plot.dot(last, { x, y, r: 3.5, fill: (row) => s.colour(row[color]) }),
      Plot.text(labels, {
        x: (label) => label.row[x],
        y: (label) => scale.invert(label.at),
        text: (label) => s.name(label.row[color]),
        fill: "var(--ink)",
        fontWeight: 600,
        textAnchor: "start",
        dx: 9,
      }),
      tip(Plot, s, { x, y }),
    ],
  };
}

/**
 * Labels moved apart as little as can be: the least squares of their moves, which is isotonic regression of their places
 * less the room above them (pool adjacent violators).
 */
function apart(labels, scale) {
  labels.sort((a, b) => a.at - b.at);
  const pools = [];
  labels.forEach((label, n) => {
    let pool = { sum: label.at - n * LABEL_ROOM, labels: [label] };
    while (pools.length && pools.at(-1).sum / pools.at(-1).labels.length > pool.sum / pool.labels.length) {
      const above = pools.pop();
      pool = { sum: above.sum + pool.sum, labels: [...above.labels, ...pool.labels] };
    }
    pools.push(pool);
  });
  const places = pools.flatMap((pool) => pool.labels.map(() => pool.sum / pool.labels.length));
  labels.forEach((label, n) => (label.at = places[n] + n * LABEL_ROOM));
  const below = labels.length ? Math.max(0, labels.at(-1).at - scale.range[0]) : 0;
  for (const label of labels) label.at -= below;
  return labels;
}

function bar(Plot, s, width) {
  const { x, y, color } = s;
  const names = s.data.map((row) => s.name(row[x]));
  const room = Math.min(width * 0.42, 14 + Math.max(...names.map((name) => name.length)) * LETTER);
  const figure = 14 + Math.max(...s.data.map((row) => s.number(row[y]).length)) * LETTER;
  const stacked = color && color !== x;
  return {
    height: 40 + new Set(names).size * 30,
    marginLeft: room,
    marginRight: figure,
    marginTop: 8,
    marginBottom: s.labels.y ? 40 : 16,
    x: { axis: s.labels.y ? "bottom" : null, nice: true, label: s.labels.y, labelArrow: "none", ticks: 4, tickSize: 0, tickFormat: (v) => s.number(v) },
    y: { domain: [...new Set(names)], padding: 0.28 },
    marks: [
      Plot.axisY({ tickSize: 0, label: null, fill: "var(--ink)", lineWidth: room / 13 - 1, textOverflow: "ellipsis" }),
      Plot.barX(s.data, { x: y, y: (row) => s.name(row[x]), fill: (row) => s.colour(row[color]) }),
      Plot.ruleX([0], { stroke: "var(--edge)" }),
      stacked
        ? Plot.tip(s.data, Plot.pointer(Plot.stackX({ x: y, y: (row) => s.name(row[x]), fill: "var(--paper)", stroke: "var(--edge)", pathFilter: "none", title: (row) => `${s.name(row[x])}\n${s.name(row[color])}\n${s.number(row[y])}` })))
        : Plot.text(s.data, { x: y, y: (row) => s.name(row[x]), text: (row) => s.number(row[y]), textAnchor: "start", dx: 6, fill: "var(--ink)", fontVariant: "tabular-nums" }),
    ],
  };
}

function dot(Plot, s, width) {
  const { data, x, y, color } = s;
  return {
    height: Math.round(Math.min(420, Math.max(260, width * 0.55))),
    marginLeft: marginLeft(s),
    marginRight: 20,
    marginTop: 28,
    marginBottom: 40,
    x: { nice: !s.when, ...(s.when && { type: "utc" }) },
    y: { nice: true },
    marks: [
      ...axes(Plot, s, width),
      Plot.dot(data, { x, y, r: 3.5, fill: (row) => s.colour(row[color]), fillOpacity: 0.75 }),
      tip(Plot, s, { x, y }),
    ],
  };
}

function histogram(Plot, s, width) {
  const whole = { ...s, number: (value) => new Intl.NumberFormat(locale()).format(value) };
  const data = s.data.filter((row) => row[s.x] != null);
  return {
    height: 300,
    marginLeft: 56,
    marginRight: 16,
    marginTop: 28,
    marginBottom: 40,
    y: { nice: true },
    marks: [
      ...axes(Plot, whole, width),
      Plot.rectY(data, Plot.binX({ y: "count" }, { x: (row) => Number(row[s.x]), fill: "var(--chart-1)", thresholds: s.bins ?? 24, insetLeft: 1, insetRight: 0 })),
    ],
  };
}

const makers = { line, bar, dot, histogram, steps: (Plot, s, width) => steps(Plot, s, { axes }, width) };
