// A form goes out once, however often its button is pressed.

const ONCE = "form[data-once]";

/** Let a form marked [data-once] go out once, so that a double click is one order. */
function sendOnce(event) {
  const form = event.target;
  if (!form.matches(ONCE) || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
}

/** A page that comes back from the browser's memory may send its forms again. */
function forgetSent() {
  for (const form of document.querySelectorAll(ONCE)) delete form.dataset.sent;
}

document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", forgetSent);
