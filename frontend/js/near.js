// "Use my position" on a form that looks for what is near. Without the script, or without leave, the address is enough.
const form = document.querySelector("form[data-near]");
const own = form?.querySelector("[data-near-own]");

if (own && "geolocation" in navigator && window.isSecureContext) {
  const button = own.querySelector("[data-near-button]");
  const status = own.querySelector("[data-near-status]");
  const field = (name) => form.elements.namedItem(name);
  own.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field("lon").value = coords.longitude.toFixed(6);
        field("lat").value = coords.latitude.toFixed(6);
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
