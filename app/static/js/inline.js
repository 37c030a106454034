// Rows within the form of the row they belong to: one more from the template, or out again before it is saved.

import { _ } from "./words.js";

const NAMES = ["id", "name", "for", "aria-describedby"];

/** Give what came from the template its own names, as the server counts rows: `sections-3-name`. */
function named(row, prefix) {
  for (const element of row.querySelectorAll("*")) {
    for (const name of NAMES) {
      const words = element.getAttribute(name);
      if (words) element.setAttribute(name, words.split(" ").map((word) => `${prefix}-${word}`).join(" "));
    }
  }
  return row;
}

function add(list) {
  const rows = list.querySelector("[data-inline-rows]");
  const numbers = [...rows.querySelectorAll("[name]")].map(({ name }) => Number(name.replace(/^del-/, "").slice(list.dataset.inline.length + 1).split("-")[0]));
  const row = list.querySelector("template").content.firstElementChild.cloneNode(true);
  rows.append(named(row, `${list.dataset.inline}-${Math.max(-1, ...numbers.filter(Number.isInteger)) + 1}`));
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

function remove(row) {
  const list = row.closest("[data-inline]");
  row.remove();
  list.querySelector("[role=status]").textContent = _("Taken out.");
  list.querySelector("[data-inline-add]").focus();
}

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-inline-add]")) add(target.closest("[data-inline]"));
  else if (target.closest("[data-inline-remove]")) remove(target.closest("[data-inline-row]"));
});
