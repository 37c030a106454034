// Light, dark, or as the device is: shown at once, kept by the server.

import { _ } from "./words.js";
import { say } from "./flash.js";

async function choose(form, button) {
  const root = document.documentElement;
  if (button.value === "device") delete root.dataset.theme;
  else root.dataset.theme = button.value;
  for (const each of form.querySelectorAll("[name=theme]")) each.setAttribute("aria-pressed", String(each === button));
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button), redirect: "manual" }).catch(() => null);
  if (answer?.type !== "opaqueredirect") say("error", _("This could not be kept. Try again."));
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-form]")) return;
  event.preventDefault();
  choose(event.target, event.submitter);
});
