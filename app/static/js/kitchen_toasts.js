// What became of a tap: said in the status region, with what can be done about it now.

import { picture } from "./flash.js";
import { _ } from "./words.js";

/** How long a toast stays, in milliseconds, unless somebody is at it; and how many there are at once. */
const STAYS = 15_000;
const MOST = 2;

const PICTURES = { success: "circle-check", error: "circle-alert" };

const flash = document.getElementById("flash");

function put(toast, stays) {
  // What is new about a dish takes the place of what was said of it before.
  flash.querySelector(`[data-about="${toast.dataset.about}"]`)?.remove();
  flash.append(toast);
  while (flash.children.length > MOST) flash.firstElementChild.remove();
  if (stays) return;
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, STAYS / 3) : toast.remove());
  setTimeout(leave, STAYS);
}

function made(className, ...parts) {
  const button = Object.assign(document.createElement("button"), { className, type: "button" });
  button.append(...parts);
  return button;
}

/** Say words about a dish; each action is [label, what it does], and ends the toast, unless it `stays`. */
export function toast(level, words, { about, actions = [], parts = [], stays = false }) {
  const box = document.createElement("div");
  box.className = `notice ${level}`;
  Object.assign(box.dataset, { level, about });
  const away = made("button dismiss", picture("x"));
  away.setAttribute("aria-label", _("Dismiss"));
  away.addEventListener("click", () => box.remove());
  const buttons = document.createElement("div");
  buttons.className = "notice-actions";
  for (const [label, run] of actions) {
    const button = made("button", label);
    button.addEventListener("click", () => {
      box.remove();
      run();
    });
    buttons.append(button);
  }
  const text = Object.assign(document.createElement("span"), { textContent: words });
  box.append(picture(PICTURES[level]), text, away, ...parts, ...(actions.length ? [buttons] : []));
  put(box, stays);
}

/** Both sides of a conflict: what this page showed, how it stands, what was tapped. */
export function sides({ field, base, theirs, mine }) {
  const box = document.createElement("div");
  box.className = "kitchen-sides";
  box.dataset.conflictFor = field;
  for (const [kind, label, words] of [["base", _("It was:"), base], ["theirs", _("It is now:"), theirs], ["mine", _("You wanted:"), mine]]) {
    const line = document.createElement("p");
    const value = Object.assign(document.createElement("strong"), { textContent: words });
    value.dataset[kind] = "";
    line.append(label, " ", value);
    box.append(line);
  }
  return box;
}
