// What just happened: the notices in #flash, which readers announce. What only tells that all is well goes by
// itself; what is wrong or can be undone stays until it is put away, or until something else happens.

import { make } from "./making.js";
import { dismissible, leave, notice, region } from "./notices.js";
import { formTo } from "./token.js";
import { _ } from "./words.js";

/** Milliseconds that a notice stays. */
const STAYS = 8_000;

/** Say something in the status region; with a button that undoes it at `undo`. */
export function say(level, words, undo) {
  const box = notice(level, words);
  if (undo) box.append(undoForm(undo));
  region.replaceChildren(box);
  attend(box);
}

function undoForm(undo) {
  const form = formTo(undo, make("button", { class: "button" }, _("Undo")));
  form.dataset.once = "";
  return form;
}

/** Let a notice be put away, and go by itself where nothing is lost with it. */
function attend(box) {
  dismissible(box);
  if (["success", "info"].includes(box.dataset.level) && !box.querySelector("form")) leave(box, STAYS);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && region.contains(document.activeElement)) region.replaceChildren();
});

region.querySelectorAll(".notice").forEach(attend);
