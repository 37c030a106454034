// Asks before a button that cannot be undone does its work.

import { _ } from "./words.js";

function ask(button) {
  const dialog = document.createElement("dialog");
  const words = Object.assign(document.createElement("p"), { textContent: button.dataset.confirm });
  const form = Object.assign(document.createElement("form"), { method: "dialog", className: "form-actions" });
  const yes = Object.assign(document.createElement("button"), { className: "button danger", value: "yes", textContent: button.textContent.trim() });
  const no = Object.assign(document.createElement("button"), { className: "button", value: "", textContent: _("Keep"), autofocus: true });
  form.append(no, yes);
  dialog.append(words, form);
  dialog.setAttribute("aria-label", button.dataset.confirm);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return button.focus();
    button.dataset.confirmed = "yes";
    button.click();
    // Whoever comes back to this page is asked anew.
    delete button.dataset.confirmed;
  });
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  // Whoever has ticked nothing is told so instead.
  if (!button || event.defaultPrevented || button.dataset.confirmed) return;
  // For all that match, the next page asks.
  if (button.form?.querySelector("[data-tick-matching]:checked")) return;
  event.preventDefault();
  ask(button);
});
