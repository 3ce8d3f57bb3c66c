// Copying: a snippet (`data-copy="#id"`), or the page's own address (`data-share`), which phones may pass on to other programs.
// Both are announced in words through the page's one live region.

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return; // the browser refused; the text can still be selected by hand
  }
  say(button);
}

function say(button) {
  const words = button.querySelector("[data-words]") ?? button;
  const before = words.textContent;
  words.textContent = button.dataset.done;
  document.getElementById("announcements").textContent = button.dataset.done;
  setTimeout(() => {
    words.textContent = before;
  }, 2000);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy], [data-share]");
  if (!button) return;
  event.preventDefault();
  if (button.dataset.copy) {
    await copy(document.querySelector(button.dataset.copy).textContent, button);
    return;
  }
  if (navigator.share && matchMedia("(pointer: coarse)").matches) {
    try {
      await navigator.share({ title: document.title, url: button.href });
    } catch {
      // the reader closed it
    }
    return;
  }
  await copy(button.href, button);
});
