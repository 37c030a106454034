// Until when: a time of the restaurant's clock, typed beside the dish or in a dialog.

import { _ } from "./words.js";

const HOUR = 3_600_000;

/** A moment as the restaurant's clock shows it and as inputs have it: 2026-11-27T18:30. */
function onTheClock(moment, zone) {
  const options = { timeZone: zone, dateStyle: "short", timeStyle: "short" };
  // Sweden writes dates as inputs do.
  return new Intl.DateTimeFormat("sv-SE", options).format(moment).replace(" ", "T");
}

/** Suggest a time that is to come, at the full hour. */
export function suggest(input, now, zone) {
  input.min = onTheClock(now, zone);
  if (!input.value || input.value < input.min) input.value = `${onTheClock(+now + 2 * HOUR, zone).slice(0, 13)}:00`;
}

/** Say beside the input what is wrong with it; nothing clears that. */
export function complain(input, words) {
  const error = document.getElementById(input.getAttribute("aria-describedby"));
  error.textContent = words;
  error.toggleAttribute("data-error-for", Boolean(words));
  if (!words) return input.removeAttribute("aria-invalid");
  error.dataset.errorFor = "when";
  input.setAttribute("aria-invalid", "true");
  return input.focus();
}

/** What is wrong with a time before anybody is asked; blank when nothing is. */
export function faultOf(input, now, zone) {
  if (!input.value) return _("Choose a day and a time.");
  return input.value <= onTheClock(now, zone) ? _("That time is over already. Choose a later one.") : "";
}
