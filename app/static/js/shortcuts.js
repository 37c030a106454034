// Keys for the whole page: / searches, ? shows the shortcuts. Single keys can be switched off (WCAG 2.1.4).

import { openPalette } from "./palette.js";

const OFF = "carte-single-keys-off";
const dialog = document.getElementById("shortcuts");
const single = dialog?.querySelector("[data-single-keys]");
const TYPED = "input, textarea, select, [contenteditable]";
const SEARCH = 'main input[type="search"]';

const isOff = () => {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false;
  }
};

function search() {
  const field = [...document.querySelectorAll(SEARCH)].find((each) => each.checkVisibility());
  if (!field) return openPalette();
  field.focus();
  return field.select();
}

function onKey(event) {
  const isTyping = event.target.closest?.(TYPED) && !event.target.matches('[type="checkbox"], [type="radio"]');
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping || document.querySelector("dialog[open]") || isOff()) return;
  const act = { "/": search, "?": () => dialog.showModal() }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

if (dialog) {
  single.checked = !isOff();
  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    for (const key of document.querySelectorAll("[data-mod]")) key.textContent = "⌘";
  }
  single.addEventListener("change", () => localStorage.setItem(OFF, single.checked ? "no" : "yes"));
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-shortcuts-open]")) {
      document.querySelector("[popover]:popover-open")?.hidePopover();
      dialog.showModal();
    }
    if (event.target === dialog) dialog.close();
  });
}
