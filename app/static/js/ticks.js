// Ticked rows of a list, and what is sent along when something is done with them.

import { say } from "./flash.js";
import { inWords, isOn } from "./showing.js";
import { _ } from "./words.js";

const ticked = () => document.querySelectorAll('input[name="rowid"]:checked');

/** Send along what the cells of the ticked rows show, so that a refusal can say what has changed. */
function carryCells(form) {
  form.querySelectorAll("[data-carried]").forEach((field) => field.remove());
  for (const tick of ticked()) {
    for (const cell of tick.closest("tr").querySelectorAll("[data-field]")) {
      const turned = cell.querySelector("[data-switch]");
      const text = cell.textContent.trim();
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: `base-${cell.dataset.field}-${tick.value}` });
      field.value = turned ? inWords(isOn(turned)) : text === "—" ? "" : text;
      field.dataset.carried = "";
      form.append(field);
    }
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-needs-tick]") || ticked().length) return;
  event.preventDefault();
  say("error", _("Tick at least one row first."));
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-tick-all]")) return;
  for (const box of document.querySelectorAll('input[name="rowid"]')) box.checked = event.target.checked;
});

document.addEventListener("submit", (event) => {
  if (event.target.id === "batch") carryCells(event.target);
});
