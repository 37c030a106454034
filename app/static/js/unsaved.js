// A form that differs from what it was opened with is not left by mistake: by a link of the page, which asks
// in words of its own, or by closing the tab, going back, typing an address, where the browser asks.

import { ask } from "./asking.js";
import { _ } from "./words.js";

const FORM = "form[data-unsaved]";
let leaving = false;

const chosen = (select) => [...select.options].find((option) => option.defaultSelected) ?? select.options[0];

/** Whether a control shows something else than the page gave it: what was typed before a reload counts, too. */
function differs(control) {
  if (!control.name || control.disabled || control.type === "hidden") return false;
  if (control.matches("[type=checkbox], [type=radio]")) return control.checked !== control.defaultChecked;
  if (control.matches("select")) return control.value !== (chosen(control)?.value ?? "");
  return "defaultValue" in control && control.value !== control.defaultValue;
}

/** Return the form with something in it that is saved nowhere; a refused form is one from the beginning. */
function unsavedForm() {
  const holds = (form) => form.dataset.unsaved === "already" || [...form.elements].some(differs);
  return leaving ? undefined : [...document.querySelectorAll(FORM)].find(holds);
}

/** Ask whether to leave; `go` does. */
async function askToLeave(go) {
  const question = { title: _("Leave without saving?"), words: _("What you typed on this page is not saved yet.") };
  if (!(await ask({ ...question, yes: _("Leave"), no: _("Stay") }))) return;
  leaving = true;
  go();
}

/** Whether a click leads this very window to another page. */
function leads(link, event) {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!plain || link.hasAttribute("download") || (link.target && link.target !== "_self")) return false;
  const to = new URL(link.href, location.href);
  return to.protocol.startsWith("http") && (to.pathname !== location.pathname || to.search !== location.search || !to.hash);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || !leads(link, event) || !unsavedForm()) return;
  event.preventDefault();
  askToLeave(() => link.click());
});

document.addEventListener("submit", (event) => {
  // What the form holds is on its way; a refusal brings it back.
  if (event.target.matches(FORM) && !event.defaultPrevented) leaving = true;
});

window.addEventListener("beforeunload", (event) => {
  if (unsavedForm()) event.preventDefault();
});

// A page that comes back from the browser's memory is as it was left.
window.addEventListener("pageshow", () => {
  leaving = false;
});
