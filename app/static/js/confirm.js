// Asks before a button that cannot be undone does its work.

import { ask } from "./asking.js";
import { _ } from "./words.js";

async function confirm(button) {
  const { confirm: words } = button.dataset;
  if (!(await ask({ words, yes: button.textContent.trim(), no: _("Keep") }))) return button.focus();
  button.dataset.confirmed = "yes";
  button.click();
  // Whoever comes back to this page is asked anew.
  return delete button.dataset.confirmed;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  // Whoever has ticked nothing is told so instead.
  if (!button || event.defaultPrevented || button.dataset.confirmed) return;
  // For all that match, the next page asks.
  if (button.form?.querySelector("[data-tick-matching]:checked")) return;
  event.preventDefault();
  confirm(button);
});
