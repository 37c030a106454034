// What became of a tap: said in the status region, with what can be done about it now.

import { make } from "./making.js";
import { dismissible, leave, notice, region } from "./notices.js";
import { sidesOf } from "./sides.js";
import { _ } from "./words.js";

/** How long a toast stays, in milliseconds, unless somebody is at it; and how many there are at once. */
const STAYS = 15_000;
const MOST = 2;

function put(toast, stays) {
  // What is new about a dish takes the place of what was said of it before.
  region.querySelector(`[data-about="${toast.dataset.about}"]`)?.remove();
  region.append(toast);
  while (region.children.length > MOST) region.firstElementChild.remove();
  if (!stays) leave(toast, STAYS);
}

/** Say words about a dish; each action is [label, what it does], and ends the toast, unless it `stays`. */
export function toast(level, words, { about, actions = [], parts = [], stays = false }) {
  const box = notice(level, words);
  box.dataset.about = about;
  dismissible(box);
  const buttons = actions.map(([label, run]) => {
    const button = make("button", { type: "button", class: "button" }, label);
    button.addEventListener("click", () => {
      box.remove();
      run();
    });
    return button;
  });
  box.append(...parts, ...(buttons.length ? [make("div", { class: "notice-actions" }, ...buttons)] : []));
  put(box, stays);
}

/** Both sides of a conflict: what this page showed, how it stands, what was tapped. */
export function sides(conflict) {
  const labels = [_("It was:"), _("It is now:"), _("You wanted:")];
  return make("div", { class: "kitchen-sides", "data-conflict-for": conflict.field }, ...sidesOf(conflict, labels));
}
