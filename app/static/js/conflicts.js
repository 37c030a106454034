// Two edits that disagree: shown side by side, and whose to keep above a form.

import { make } from "./making.js";
import { sidesOf } from "./sides.js";
import { _ } from "./words.js";

/** A conflict beside what is typed, and what to do now. */
export function conflictBox(conflict, advice) {
  const labels = [_("Before:"), _("Saved meanwhile:"), _("Yours:")];
  return make("div", { class: "conflict", "data-conflict-for": conflict.field }, ...sidesOf(conflict, labels), advice);
}

/** Put the value that was chosen after a conflict into its field, so that the form shows what it saves. */
function keep(choice) {
  const field = document.getElementById(choice.name.slice("keep-".length));
  const words = choice.closest("[data-conflict-for]").querySelector(`[data-${choice.value}]`).textContent;
  if (field.type === "checkbox") field.checked = ["Yes", _("Yes")].includes(words);
  else if (field.options) for (const option of field.options) option.selected = [option.text, option.value].includes(words);
  else field.value = words;
  // A combobox shows what its select has.
  if (field.options) field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Whoever goes on typing in a field keeps their own. */
function keepMine(field) {
  const mine = document.querySelector(`input[name="keep-${field.name}"][value="mine"]`);
  if (mine) mine.checked = true;
}

document.addEventListener("change", (event) => {
  if (event.target.matches('[name^="keep-"]')) keep(event.target);
});

document.addEventListener("input", (event) => {
  if (event.target.form?.id === "row") keepMine(event.target);
});
