// Ticked rows of a list, and what is sent along when something is done with them.

import { say } from "./flash.js";
import { make } from "./making.js";
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
      const value = turned ? inWords(isOn(turned)) : text === "—" ? "" : text;
      const name = `base-${cell.dataset.field}-${tick.value}`;
      form.append(make("input", { type: "hidden", name, value, "data-carried": true }));
    }
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-needs-tick]") || ticked().length) return;
  event.preventDefault();
  say("error", _("Tick at least one row first."));
});

/** All that match can be chosen only while every row of the page is ticked. */
function settle() {
  const all = document.querySelector("[data-tick-all]");
  const matching = document.querySelector("[data-tick-matching]");
  if (!all) return;
  const [some, boxes] = [ticked().length, document.querySelectorAll('input[name="rowid"]').length];
  all.checked = some > 0 && some === boxes;
  all.indeterminate = some > 0 && some < boxes;
  if (matching && !all.checked) matching.checked = false;
}

document.addEventListener("change", (event) => {
  if (!event.target.matches('[data-tick-all], [data-tick-matching], input[name="rowid"]')) return;
  if (!event.target.matches('[name="rowid"]') && (event.target.checked || event.target.matches("[data-tick-all]"))) {
    for (const box of document.querySelectorAll('input[name="rowid"]')) box.checked = event.target.checked;
  }
  settle();
});

// Also after a way back in the browser, which remembers ticks.
window.addEventListener("pageshow", settle);

document.addEventListener("submit", (event) => {
  if (event.target.id === "batch") carryCells(event.target);
});
