// What just happened: the notices in #flash, which readers announce. What only tells that all is well goes by
// itself; what is wrong or can be undone stays until it is put away, or until something else happens.

import { token } from "./token.js";
import { _ } from "./words.js";

const PICTURES = { success: "circle-check", warning: "triangle-alert", error: "circle-alert" };

/** Milliseconds that a notice stays, unless the pointer or the focus is on it. */
const STAYS = 8_000;

const region = document.getElementById("flash");

const made = (tag, properties = {}, ...parts) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...parts);
  return element;
};

/** A picture of the sprite, as the server's templates have it. */
export function picture(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${new URL("../icons.svg", import.meta.url).pathname}#${name}`);
  drawing.append(use);
  return drawing;
}

/** Say something in the status region; with a button that undoes it at `undo`. */
export function say(level, words, undo) {
  const notice = made("div", { className: `notice ${level}` }, picture(PICTURES[level] ?? "info"), made("span", { textContent: words }));
  notice.dataset.level = level;
  if (undo) notice.append(undoForm(undo));
  region.replaceChildren(notice);
  attend(notice);
}

/** A form as the server's own notices have it: the page comes back with what was undone. */
function undoForm(undo) {
  const form = made("form", { method: "post", action: undo });
  form.dataset.once = "";
  for (const [name, value] of [["csrf_token", token()], ["url", location.pathname + location.search]]) {
    form.append(made("input", { type: "hidden", name, value }));
  }
  form.append(made("button", { className: "button", textContent: _("Undo") }));
  return form;
}

/** Let a notice be put away, and go by itself where nothing is lost with it. */
function attend(notice) {
  const away = made("button", { type: "button", className: "button dismiss" }, picture("x"));
  away.setAttribute("aria-label", _("Dismiss"));
  away.addEventListener("click", () => notice.remove());
  notice.append(away);
  if (!["success", "info"].includes(notice.dataset.level) || notice.querySelector("form")) return;
  const leave = () => (notice.matches(":hover, :focus-within") ? setTimeout(leave, 2_000) : notice.remove());
  setTimeout(leave, STAYS);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && region.contains(document.activeElement)) region.replaceChildren();
});

region.querySelectorAll(".notice").forEach(attend);
