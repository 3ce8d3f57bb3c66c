// A histogram whose steps were counted by the server: a bar from `x` to `x2`, as high as `y`.

export function steps(Plot, s, { axes }, width) {
  const { data, x, x2, y } = s;
  return {
    height: 320,
    marginLeft: 64,
    marginRight: 16,
    marginTop: 28,
    marginBottom: 44,
    y: { nice: true, zero: true },
    marks: [
      ...axes(Plot, s, width),
      Plot.rectY(data, { x1: x, x2, y, fill: "var(--chart-1)", insetLeft: 0.5, insetRight: 0.5 }),
      Plot.tip(
        data,
        Plot.pointerX({
          x: (row) => (row[x] + row[x2]) / 2,
          y,
          fill: "var(--paper)",
          stroke: "var(--edge)",
          pathFilter: "none",
          title: (row) => `${s.xText(row[x])} – ${s.xText(row[x2])}\n${s.number(row[y])}`,
        }),
      ),
    ],
  };
}
