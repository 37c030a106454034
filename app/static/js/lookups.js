// Refills a select from the look-up while the person types.

import { say } from "./flash.js";
import { UNANSWERED } from "./saving.js";
import { _ } from "./words.js";

async function lookUp(search) {
  const select = document.getElementById(search.dataset.for);
  const url = new URL(search.dataset.lookup, location.href);
  url.searchParams.set("query", search.value);
  url.searchParams.set("limit", "50");
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return say("error", answer ? _("This cannot be looked up now. Reload the page.") : UNANSWERED);
  // A session that has ended leads to the sign-in page.
  if (answer.redirected) return say("error", _("You are signed out. Sign in again to go on."));
  const rows = await answer.json();
  if (url.searchParams.get("query") !== search.value) return undefined;
  // “Choose …” or “Any”, and what is chosen.
  const kept = [...select.options].filter((option) => option.selected || !option.value);
  const values = kept.map((option) => option.value);
  const options = rows.filter(([id]) => !values.includes(String(id))).map(([id, name]) => new Option(name, id));
  select.replaceChildren(...kept, ...options);
  return undefined;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-lookup]")) lookUp(event.target);
});
