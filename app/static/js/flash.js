// What just happened: the notices in #flash, which readers announce.

import { token } from "./token.js";
import { _ } from "./words.js";

/** Say something in the status region, which readers announce; with a button that undoes it at `undo`. */
export function say(level, words, undo) {
  const notice = document.createElement("div");
  notice.className = `notice ${level}`;
  notice.dataset.level = level;
  notice.append(Object.assign(document.createElement("span"), { textContent: words }));
  if (undo) notice.append(undoForm(undo));
  document.getElementById("flash").replaceChildren(notice);
}

/** A form as the server's own notices have it: the page comes back with what was undone. */
function undoForm(undo) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: undo });
  form.dataset.once = "";
  for (const [name, value] of [["csrf_token", token()], ["url", location.pathname + location.search]]) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  form.append(Object.assign(document.createElement("button"), { className: "button", textContent: _("Undo") }));
  return form;
}
