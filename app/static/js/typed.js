// What a form was opened with, and what was typed into it, outlive the way back to it.

/**
 * A browser that goes back to a form may fetch it anew and put into it what was typed before. The typed
 * words then stand in a page that knows what others have saved since, and would be saved over it unseen.
 * So the form remembers, with its entry in the browser's history, which version it was opened with.
 */
function rememberVersion() {
  const form = document.getElementById("row");
  const seen = form && [...form.elements].filter((field) => field.name === "row_version" || field.name === "made_after" || field.name.startsWith("base-"));
  if (!seen?.length) return;
  const [{ type }] = performance.getEntriesByType("navigation");
  if (type === "back_forward" && history.state?.seen) {
    for (const field of seen) field.value = history.state.seen[field.name] ?? field.value;
  } else {
    history.replaceState({ ...history.state, seen: Object.fromEntries(seen.map((field) => [field.name, field.value])) }, "");
  }
}

const typedInto = (form) => [...form.elements].filter((field) => field.name && !field.matches("[type=hidden], [type=radio], [multiple], button"));

/**
 * What is typed is kept with the same entry: some browsers forget it together with a page that is
 * not to be stored, and a refusal says that it is still there.
 */
function rememberTyped(form) {
  const typed = typedInto(form).map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]);
  history.replaceState({ ...history.state, typed: Object.fromEntries(typed) }, "");
}

/** Put what was typed before back into the form; a row that is not offered any more stays unchosen. */
function bringBack() {
  const form = document.getElementById("row");
  if (!form || performance.getEntriesByType("navigation")[0]?.type !== "back_forward") return;
  const typed = history.state?.typed ?? {};
  for (const field of typedInto(form).filter(({ name }) => name in typed)) {
    const value = typed[field.name];
    if (field.type === "checkbox") field.checked = value;
    else if (!field.options || [...field.options].some((option) => option.value === value)) field.value = value;
  }
}

for (const kind of ["submit", "change"]) {
  document.addEventListener(kind, ({ target }) => {
    const form = target.form ?? target;
    if (form.id === "row") rememberTyped(form);
  });
}

rememberVersion();
bringBack();
