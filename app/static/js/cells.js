// Cells of a list that are edited where they stand.

import { conflictBox } from "./conflicts.js";
import { say } from "./flash.js";
import { make } from "./making.js";
import { save } from "./saving.js";
import { named, show } from "./showing.js";
import { _ } from "./words.js";

/** Open an editor in a cell; Enter saves, so does Tab on its way on; Esc and leaving without a change cancel. */
function edit(button) {
  const cell = button.closest("[data-field]");
  const { field, typed } = cell.dataset;
  const label = button.getAttribute("aria-label");
  const inputmode = field === "price" && "decimal";
  const input = make("input", { name: field, value: typed, autocomplete: "off", inputmode, "aria-label": label });
  button.hidden = true;
  cell.append(input);
  input.select();
  let open = true;
  const close = () => {
    // Taking the input away makes it blur, which would close it once more.
    if (!open) return;
    open = false;
    cell.querySelectorAll("input, .error, .conflict").forEach((part) => part.remove());
    button.hidden = false;
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      button.focus();
    }
    const leaves = event.key === "Tab" && input.value !== cell.dataset.typed;
    if (event.key === "Enter" || leaves) {
      event.preventDefault();
      commit(cell, input, button, close, leaves ? neighbour(button, event.shiftKey ? -1 : 1) : button);
    }
  });
  input.addEventListener("blur", () => {
    if (input.value === cell.dataset.typed && !input.readOnly) close();
  });
}

/** Return the cell of the list to which Tab leads from this one; at either end, this one. */
function neighbour(button, step) {
  const all = [...button.closest("table").querySelectorAll("[data-edit], [data-switch]")];
  return all[all.indexOf(button) + step] ?? button;
}

/** Save what was typed; `next` has the focus afterwards. */
async function commit(cell, input, button, close, next) {
  if (input.readOnly) return;
  const row = cell.closest("tr");
  input.readOnly = true;
  cell.querySelectorAll(".error, .conflict").forEach((part) => part.remove());
  const { ok, data } = await save(row, cell.dataset.field, input.value, cell.dataset.typed);
  input.readOnly = false;
  const theirs = data.cells?.[cell.dataset.field];
  // Two people who type the same have nothing to settle.
  if (!ok && !(theirs && !data.conflicts.length)) return refuse(cell, input, data);
  cell.dataset.typed = (theirs ?? data).typed;
  show(button, (theirs ?? data).value);
  close();
  next.focus();
  say("success", _("%(name)s saved.", { name: named(row) }), data.undo);
}

/** Show beside the input what is wrong, or what somebody else wrote; what was typed stays. */
function refuse(cell, input, data) {
  const row = cell.closest("tr");
  const name = cell.dataset.field;
  const conflict = data.conflicts?.find((each) => each.field === name);
  if (conflict) {
    cell.append(conflictBox(conflict, _("Enter saves yours, Esc keeps theirs.")));
    cell.dataset.typed = conflict.theirs;
  } else {
    const id = `error-${row.dataset.id}-${name}`;
    cell.append(make("div", { id, class: "error", "data-error-for": name }, data.errors?.[name] ?? data.detail));
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", id);
  }
  input.focus();
}

document.addEventListener("click", (event) => {
  const cell = event.target.closest("[data-field][data-typed]");
  if (!cell || event.target.closest("input, .conflict, .error, [data-switch]")) return;
  const button = cell.querySelector("[data-edit]:not([hidden])");
  if (button) edit(button);
});
