// Builds the browser's files into build/static/ui: `node frontend/build.mjs` (or `npm run build`).
// ES modules with shared chunks; Django's manifest storage gives the files their hashed names afterwards.
import { createRequire } from "node:module";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const require = createRequire(import.meta.url);
const outdir = path.join(root, "build", "static", "ui");

await rm(outdir, { recursive: true, force: true });
await esbuild.build({
  absWorkingDir: root,
  entryPoints: {
    app: path.join(here, "js", "app.js"),
    map: path.join(here, "js", "map.js"),
    chart: path.join(here, "js", "chart.js"),
    voting: path.join(here, "js", "voting.js"),
    recount: path.join(here, "js", "recount.js"),
    // MapLibre starts its worker by an address that no bundler can see: an entry of its own, which the page tells the map.
    "map-worker": require.resolve("maplibre-gl/dist/maplibre-gl-worker.mjs"),
    "app-style": path.join(here, "css", "app.css"),
    "map-style": path.join(here, "css", "map.css"),
  },
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome114", "firefox125", "safari17"],
  minify: true,
  legalComments: "linked",
  loader: { ".woff2": "file" },
  entryNames: "[name]",
  assetNames: "[name]",
  outdir,
  logLevel: "warning",
});
