// A notice in the status region: what happened, and a way to put it away.

import { make, picture } from "./making.js";
import { _ } from "./words.js";

const PICTURES = { success: "circle-check", warning: "triangle-alert", error: "circle-alert" };

export const region = document.getElementById("flash");

/** Return a notice with these words. */
export function notice(level, words) {
  return make("div", { class: `notice ${level}`, "data-level": level }, picture(PICTURES[level] ?? "info"), make("span", {}, words));
}

/** Let a notice be put away. */
export function dismissible(box) {
  const away = make("button", { type: "button", class: "button dismiss", "aria-label": _("Dismiss") }, picture("x"));
  away.addEventListener("click", () => box.remove());
  box.append(away);
}

/** Let a notice go after so many milliseconds, unless the pointer or the focus is on it. */
export function leave(box, after) {
  const go = () => (box.matches(":hover, :focus-within") ? setTimeout(go, after / 4) : box.remove());
  setTimeout(go, after);
}
