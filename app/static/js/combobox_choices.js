// Where a combobox finds its choices: among those of its select, or by a look-up of the server's.

import { say } from "./flash.js";
import { UNANSWERED } from "./saving.js";
import { _ } from "./words.js";

/** How many choices a list shows; further words narrow it. */
const MOST = 50;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const choice = (option) => ({ value: option.value, text: option.text, group: option.parentElement.label });

/** Return what finds choices for typed words; null when there is no answer. */
export function choicesOf(select, lookup) {
  return lookup ? Object.assign((words) => lookUp(select, lookup, words), { isFar: true }) : (words) => within(select, words);
}

/** The choices that have each of the words in their text or in their value; the chosen one's place is kept. */
function within(select, words) {
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  const all = [...select.options].filter((option) => !wanted.length || (option.value && wanted.every((word) => plain(`${option.text} ${option.value}`).includes(word))));
  if (!wanted.length) return all.map(choice);
  const begins = (option) => (plain(option.text).startsWith(wanted[0]) || plain(option.value).startsWith(wanted[0]) ? 0 : 1);
  return all.sort((one, other) => begins(one) - begins(other)).slice(0, MOST).map(choice);
}

async function lookUp(select, lookup, words) {
  const url = new URL(lookup, location.href);
  url.searchParams.set("query", words);
  url.searchParams.set("limit", String(MOST));
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return say("error", answer ? _("This cannot be looked up now. Reload the page.") : UNANSWERED) ?? null;
  // A session that has ended leads to the sign-in page.
  if (answer.redirected) return say("error", _("You are signed out. Sign in again to go on.")) ?? null;
  const rows = (await answer.json()).map(([id, text]) => ({ value: String(id), text }));
  if (words) return rows;
  // “Any” or what is chosen stands first, though the look-up does not know it.
  const first = [...select.options].filter((option) => option.value ? option.selected && !rows.some(({ value }) => value === option.value) : !select.required);
  return [...first.map(choice), ...rows];
}
