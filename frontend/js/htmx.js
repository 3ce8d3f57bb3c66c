// htmx under the strict Content-Security-Policy: no inline style, no eval; nothing of a page is kept in the browser's storage.
import htmx from "htmx.org";

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true }, // a form that came back with its errors
    { code: "[45]..", swap: false, error: true },
  ],
});

// A part that can't be fetched becomes a plain visit, so that the reader sees the error page and not nothing.
document.addEventListener("htmx:responseError", (event) => {
  const source = event.detail.elt;
  if (source instanceof HTMLAnchorElement) window.location.assign(source.href);
});
