// How a row of a list shows its values: switches, cells and the version it is of.

import { _ } from "./words.js";

export const isOn = (button) => button.getAttribute("aria-checked") === "true";
/** A switch as the server compares it; people read `shown`. */
export const inWords = (on) => (on ? "Yes" : "No");
export const shown = (on) => (on ? _("Yes") : _("No"));

export const named = (row) => row.querySelector("th[data-field] , .name").textContent.trim();

/** Show a value in a cell, and in what readers hear of it. */
export function show(button, value) {
  // A call of its own: within another one, the words would not be collected.
  const words = value || _("none yet");
  button.setAttribute("aria-label", _("%(cell)s: %(value)s. Edit", { cell: button.dataset.edit, value: words }));
  button.textContent = value || "—";
}

export function setSwitch(button, on) {
  button.setAttribute("aria-checked", String(on));
  const cell = button.closest("[data-field]");
  if (cell.dataset.field === "sold_out") cell.closest("tr").toggleAttribute("data-sold-out", on);
}

/** Note which version of the row this page shows: for its cells, and for what is done to ticked rows. */
export function setVersion(row, version) {
  row.dataset.version = version;
  const ticked = document.querySelector(`#batch [name="row_version-${row.dataset.id}"]`);
  if (ticked) ticked.value = version;
}

/** Show every cell of the row as the server knows it; an open editor stays, with what it started from. */
export function refresh(row, cells) {
  for (const [name, { value, typed }] of Object.entries(cells)) {
    const cell = row.querySelector(`[data-field="${name}"]`);
    const button = cell?.querySelector("[data-edit], [data-switch]");
    if (!button) {
      const text = cell?.querySelector("a, span") ?? cell;
      if (text) text.textContent = (typeof value === "boolean" ? shown(value) : value) || "—";
    } else if (button.matches("[data-switch]")) {
      // While it is on its way, a switch shows what its person wants.
      if (!button.hasAttribute("aria-busy")) setSwitch(button, value);
    } else {
      show(button, value);
      if (!cell.querySelector("input")) cell.dataset.typed = typed;
    }
  }
}
