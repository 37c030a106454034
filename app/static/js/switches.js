// Switches in a list: they turn at once, and say what became of it.

import { conflictBox } from "./conflicts.js";
import { say } from "./flash.js";
import { save } from "./saving.js";
import { inWords, isOn, setSwitch, shown } from "./showing.js";
import { _ } from "./words.js";

/** Turn a switch. It turns at once; taps that come before the answer count, and the last one holds. */
async function turn(button) {
  setSwitch(button, !isOn(button));
  if (button.hasAttribute("aria-busy")) return undefined;
  const cell = button.closest("[data-field]");
  const row = cell.closest("tr");
  const name = cell.dataset.field;
  let saved = !isOn(button);
  cell.querySelector(".conflict")?.remove();
  button.setAttribute("aria-busy", "true");
  let answer;
  while (isOn(button) !== saved) {
    answer = await save(row, name, isOn(button) ? "1" : "0", inWords(saved));
    if (!answer.ok) break;
    saved = answer.data.value;
  }
  button.removeAttribute("aria-busy");
  if (!answer.ok) return refuseTurn(button, saved, answer.data);
  setSwitch(button, saved);
  const values = { switch: button.getAttribute("aria-label") };
  return say("success", saved ? _("%(switch)s on.", values) : _("%(switch)s off.", values), answer.data.undo);
}

/** Show how the switch stands; with all three values when somebody else turned it. */
function refuseTurn(button, before, data) {
  say("error", data.detail);
  const cell = button.closest("[data-field]");
  const now = data.cells ? data.cells[cell.dataset.field].value : before;
  setSwitch(button, now);
  if (now === before) return undefined;
  const conflict = { field: cell.dataset.field, base: shown(before), theirs: shown(now), mine: shown(!before) };
  return cell.append(conflictBox(conflict, _("It is as you wanted it already.")));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-switch]");
  if (button) turn(button);
});
