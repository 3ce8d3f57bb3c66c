// A talk looks for new lines by itself and sends its own without leaving the page; without the script there is a link, and the form.
// The server answers 304 while nothing is new. It is asked less often when nothing happens, and when the page isn't looked at.
const log = document.querySelector("[data-chat]");

if (log) {
  const every = Number(log.dataset.chatEvery || 3) * 1000;
  const whole = log.hasAttribute("data-chat-whole");
  const reload = document.querySelector("[data-chat-reload]");
  const write = document.querySelector("[data-chat-form]");
  let tag = "";
  let quiet = 0;
  let timer;

  const fragment = (text) => new DOMParser().parseFromString(text, "text/html");
  const toEnd = () => log.scrollTo({ top: log.scrollHeight });

  // Only what is new is put in, so that a screen reader says each line once and a text that is being written stays.
  const show = (text) => {
    const page = fragment(text);
    if (whole) {
      log.replaceChildren(...page.body.childNodes);
      return;
    }
    const lines = log.querySelector("[data-chat-lines]");
    const known = new Set([...lines.children].map((line) => line.dataset.line));
    for (const line of page.querySelectorAll("[data-line]")) if (!known.has(line.dataset.line)) lines.append(line);
    const state = document.querySelector("[data-chat-state]");
    const next = page.querySelector("[data-chat-state]");
    if (state.dataset.chatState !== next.dataset.chatState) state.replaceWith(next);
    toEnd();
  };

  const look = async () => {
    clearTimeout(timer);
    try {
      const answer = await fetch(log.dataset.chat, { headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.status === 200 && !answer.redirected) {
        tag = answer.headers.get("ETag") ?? "";
        show(await answer.text());
        quiet = 0;
      } else if (answer.status === 304) {
        quiet += 1;
      } else {
        // Signed out, or the case is gone: the link is there for a person to try.
        if (reload) reload.hidden = false;
        return;
      }
    } catch {
      quiet += 1;
    }
    const slower = whole ? 1 : Math.min(1 + Math.floor(quiet / 20), 5);
    timer = setTimeout(look, Math.min(every * slower * (document.hidden ? 3 : 1), 30_000));
  };

  const send = async () => {
    const answer = await fetch(write.action || location.href, { method: "POST", body: new FormData(write) });
    const next = fragment(await answer.text()).querySelector("[data-chat-form]");
    if (next === null) {
      location.reload();
      return;
    }
    // The answer's form has a new key, and the errors where there are any.
    write.replaceChildren(...next.childNodes);
    (write.querySelector("[data-error-summary]") ?? write.querySelector("textarea"))?.focus();
    await look();
  };

  if (reload) reload.hidden = true;
  write?.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (write.inert) return;
    write.inert = true;
    send()
      .catch(() => write.submit())
      .finally(() => {
        write.inert = false;
        write.querySelector("[data-error-summary], textarea")?.focus();
      });
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  toEnd();
  look();
}
