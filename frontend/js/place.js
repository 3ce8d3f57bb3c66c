// "Use my position" on a form that asks where something is. Without the script, or without leave, the address is enough.
const form = document.querySelector("form[data-place]");
const own = form?.querySelector("[data-place-own]");

if (own && "geolocation" in navigator && window.isSecureContext) {
  const button = own.querySelector("[data-place-button]");
  const status = own.querySelector("[data-place-status]");
  const field = (name) => form.elements.namedItem(name);
  own.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field("lon").value = coords.longitude.toFixed(6);
        field("lat").value = coords.latitude.toFixed(6);
        field("source").value = "position";
        button.disabled = false;
        status.textContent = button.dataset.done;
      },
      () => {
        button.disabled = false;
        status.textContent = button.dataset.failed;
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  });
}
