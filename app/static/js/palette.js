// Find anything: a dialog with one combobox (ARIA 1.2) over pages, rows and what can be done.

import { make, picture } from "./making.js";
import { recents } from "./recents.js";
import { formTo } from "./token.js";
import { _, ngettext } from "./words.js";

/** Milliseconds without a further letter after which the server is asked. */
const PAUSE = 120;

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
const said = dialog?.querySelector("[role=status]");
let asking;
let waiting;
/** What is shown does not answer yet what is typed; Enter then waits for the answer. */
let isWanted = false;

const isBehind = () => dialog.hasAttribute("data-behind");
const setBehind = (behind) => dialog.toggleAttribute("data-behind", behind);

function optionOf(entry, id) {
  const words = make("span", {}, entry.label);
  if (entry.where) words.append(" ", make("small", { class: "muted" }, entry.where));
  const attributes = { id, class: "place", role: "option", "aria-selected": "false", "data-url": entry.url, "data-posts": entry.posts };
  return make("div", attributes, picture(entry.picture), words);
}

function groupOf(group, index) {
  const id = `palette-group-${index}`;
  const entries = group.entries.map((entry, place) => optionOf(entry, `palette-${index}-${place}`));
  return make("div", { role: "group", "aria-labelledby": id }, make("p", { class: "side-group", id }, group.name), ...entries);
}

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector('[aria-selected="true"]');

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

function show(groups) {
  list.replaceChildren(...groups.map(groupOf));
  const count = options().length;
  list.hidden = !count;
  input.setAttribute("aria-expanded", String(count > 0));
  choose(input.value.trim() ? options()[0] : undefined);
  said.textContent = count
    ? ngettext("%(num)s result", "%(num)s results", count)
    : _("Nothing is called “%(words)s” within your reach.", { words: input.value.trim() });
  said.classList.toggle("visually-hidden", count > 0);
  setBehind(false);
  if (isWanted) go(chosen());
  isWanted = false;
}

/** Say why nothing is found; what was found before is no answer to what is typed now. */
function tell(words) {
  list.replaceChildren();
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  choose();
  setBehind(false);
  isWanted = false;
  said.textContent = words;
  said.classList.remove("visually-hidden");
}

/** Ask the server; an answer that a later letter has overtaken is dropped. */
async function ask() {
  asking?.abort();
  asking = new AbortController();
  const url = new URL(dialog.dataset.find, location.href);
  url.searchParams.set("q", input.value);
  if (!input.value.trim()) url.searchParams.set("recent", recents().join(","));
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: asking.signal });
    if (answer.redirected || answer.status === 401) return tell(_("You are signed out. Sign in again to go on."));
    if (!answer.ok) return tell(_("Nothing can be found at the moment. Try again."));
    return show((await answer.json()).groups);
  } catch (error) {
    return error.name === "AbortError" ? undefined : tell(_("There is no connection. Try again."));
  }
}

function open() {
  if (dialog.open) return;
  input.value = "";
  list.hidden = true;
  said.textContent = _("Searching …");
  said.classList.remove("visually-hidden");
  setBehind(true);
  // The sheet it may have been opened from would stand before it.
  document.querySelector("[popover]:popover-open")?.hidePopover();
  dialog.showModal();
  input.focus();
  ask();
}

function go(option) {
  if (!option) return;
  if (!option.matches("[data-posts]")) {
    location.assign(option.dataset.url);
    return;
  }
  const form = formTo(option.dataset.url);
  form.hidden = true;
  document.body.append(form);
  form.requestSubmit();
}

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function onKey(event) {
  const all = options();
  const here = all.indexOf(chosen());
  if (event.key in STEPS && all.length) {
    event.preventDefault();
    const from = here < 0 && event.key === "ArrowUp" ? 0 : here;
    choose(all[(from + STEPS[event.key] + all.length) % all.length]);
  }
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  if (isBehind()) isWanted = true;
  else go(chosen());
}

if (dialog) {
  dialog.addEventListener("close", () => {
    clearTimeout(waiting);
    asking?.abort();
    isWanted = false;
  });
  input.addEventListener("keydown", onKey);
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    // What is on its way answers fewer letters, and Enter may be waiting.
    asking?.abort();
    setBehind(true);
    isWanted = false;
    waiting = setTimeout(ask, PAUSE);
  });
  list.addEventListener("click", ({ target }) => go(target.closest("[role=option]")));
  list.addEventListener("pointermove", ({ target }) => choose(target.closest("[role=option]") ?? chosen()));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) {
      event.preventDefault();
      open();
    }
    // Its backdrop is the dialog itself.
    if (event.target === dialog || event.target.closest("[data-palette-close]")) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else if (!document.querySelector("dialog[open]")) open();
  });
}

export { open as openPalette };
