// Finding a dish: rows without the typed words go as one types, Esc clears it.

import { ngettext } from "./words.js";

const wordsIn = (text) => text.toLocaleLowerCase().split(/\s+/).filter(Boolean);

/** Typing goes on: what was found is said when it pauses. */
const PAUSE = 600;

export function search(kitchen) {
  const form = kitchen.querySelector("[data-kitchen-search]");
  if (!form) return;
  const input = form.querySelector("input");
  const found = form.querySelector("[data-kitchen-found]");
  let saying;
  const sections = [...kitchen.querySelectorAll("[data-kitchen-section]")];

  const filter = () => {
    const words = wordsIn(input.value);
    for (const section of sections) {
      const rows = [...section.querySelectorAll("[data-id]")];
      for (const row of rows) {
        const name = row.querySelector(".kitchen-name").textContent.toLocaleLowerCase();
        row.hidden = !words.every((word) => name.includes(word));
      }
      section.hidden = rows.every((row) => row.hidden);
    }
    const count = kitchen.querySelectorAll("[data-id]:not([hidden])").length;
    clearTimeout(saying);
    saying = setTimeout(() => {
      found.textContent = words.length ? ngettext("%(num)s dish", "%(num)s dishes", count) : "";
    }, PAUSE);
    kitchen.toggleAttribute("data-searching", words.length > 0);
    kitchen.querySelector("[data-kitchen-none]").hidden = sections.some((section) => !section.hidden);
  };
  const clear = () => {
    input.value = "";
    filter();
    input.focus();
  };

  input.addEventListener("input", filter);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && input.value) {
      event.preventDefault();
      clear();
    }
  });
  // Enter puts the phone's keyboard away, so that the dishes are in view.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    input.blur();
  });
  kitchen.querySelector("[data-kitchen-clear]").addEventListener("click", (event) => {
    // What the server searched for, without a script, is all that this page has.
    if (new URLSearchParams(location.search).get("search")) return;
    event.preventDefault();
    clear();
  });
  if (input.value) filter();
}
