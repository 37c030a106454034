// Small behaviours of every page, bound by data- attributes; without them each page still works.

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

/** Bring the first field that was refused into view and under the cursor. */
function pointAtFault() {
  document.querySelector('main [aria-invalid="true"]')?.focus();
}

document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", forgetSent);
pointAtFault();
