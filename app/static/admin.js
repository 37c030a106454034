// Behaviours of the back office, bound by data- attributes: cells edited in place, switches, ticks,
// questions before what cannot be undone, look-ups. Without them every row still has its edit page.

const token = () => document.querySelector('meta[name="csrf-token"]').content;

const UNANSWERED = "The server did not answer. Nothing was saved; try again.";

/** Send one cell, and what it showed before, to the server; resolves to {ok, data}, never rejects. */
async function save(row, name, value, base) {
  const { id, version } = row.dataset;
  const body = new URLSearchParams({ list_form_pk: id, row_version: version, [name]: value, [`base-${name}`]: base });
  try {
    const answer = await fetch(row.closest("table").dataset.update, {
      method: "POST",
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
      body,
    });
    return { ok: answer.ok, data: await answer.json() };
  } catch {
    return { ok: false, data: { detail: UNANSWERED } };
  }
}

/** Say something in the status region, which readers announce; with a button that undoes it at `undo`. */
function say(level, words, undo) {
  const notice = document.createElement("div");
  notice.className = `notice ${level}`;
  notice.dataset.level = level;
  notice.append(Object.assign(document.createElement("span"), { textContent: words }));
  if (undo) notice.append(undoForm(undo));
  document.getElementById("flash").replaceChildren(notice);
}

/** A form as the server's own notices have it: the page comes back with what was undone. */
function undoForm(undo) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: undo });
  for (const [name, value] of [["csrf_token", token()], ["url", location.pathname + location.search]]) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  form.append(Object.assign(document.createElement("button"), { className: "button", textContent: "Undo" }));
  return form;
}

const named = (row) => row.querySelector("th[data-field] , .name").textContent.trim();

/**
 * Read the row anew, as its list shows it now; an open editor stays, only what is under it changes.
 * The version stays the caller's, so that a row that changed once more is noticed once more.
 */
async function reread(row) {
  let page;
  try {
    const answer = await fetch(location.href);
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return;
  }
  const fresh = page.querySelector(`tr[data-id="${row.dataset.id}"]`);
  if (!fresh) return;
  row.toggleAttribute("data-sold-out", fresh.hasAttribute("data-sold-out"));
  for (const cell of fresh.querySelectorAll("[data-field]")) {
    const shown = row.querySelector(`[data-field="${cell.dataset.field}"]`);
    if (!shown.querySelector("input")) shown.replaceWith(cell);
    else if (cell.querySelector("[data-edit]")) shown.querySelector("[data-edit]").textContent = cell.querySelector("[data-edit]").textContent;
  }
}

/** What both started from, what somebody else saved, what this person wants; and what to do now. */
function conflictBox(conflict, advice) {
  const box = document.createElement("div");
  box.className = "conflict";
  box.dataset.conflictFor = conflict.field;
  for (const [kind, words] of [["base", "Before: "], ["theirs", "Saved meanwhile: "], ["mine", "Yours: "]]) {
    const value = document.createElement("strong");
    value.dataset[kind] = "";
    value.textContent = conflict[kind] || "—";
    const line = document.createElement("p");
    line.append(words, value);
    box.append(line);
  }
  box.append(advice);
  return box;
}

const isOn = (button) => button.getAttribute("aria-checked") === "true";
const inWords = (on) => (on ? "Yes" : "No");

/** Turn a switch cell. */
async function turn(button) {
  const row = button.closest("tr");
  const name = button.closest("[data-field]").dataset.field;
  const before = isOn(button);
  const wanted = !before;
  button.closest("[data-field]").querySelector(".conflict")?.remove();
  button.disabled = true;
  const { ok, data } = await save(row, name, wanted ? "1" : "0", inWords(before));
  button.disabled = false;
  button.focus();
  if (!ok) {
    say("error", data.detail);
    return data.row_version ? showTurned(row, name, before, data.row_version) : undefined;
  }
  row.dataset.version = data.row_version;
  button.setAttribute("aria-checked", String(data.value));
  if (name === "sold_out") row.toggleAttribute("data-sold-out", data.value);
  say("success", `${button.getAttribute("aria-label")} ${data.value ? "on" : "off"}.`, data.undo);
}

/** After a conflict, show how the switch stands now; with all three values when somebody else turned it. */
async function showTurned(row, name, before, version) {
  row.dataset.version = version;
  await reread(row);
  const cell = row.querySelector(`[data-field="${name}"]`);
  const button = cell.querySelector("[data-switch]");
  if (!button) return;
  button.focus();
  if (isOn(button) === before) return;
  const conflict = { field: name, base: inWords(before), theirs: inWords(!before), mine: inWords(!before) };
  cell.append(conflictBox(conflict, "It is as you wanted it already."));
}

/** Open an editor in a cell; Enter saves, Esc and leaving without a change cancel. */
function edit(button) {
  const cell = button.closest("[data-field]");
  const input = document.createElement("input");
  input.value = cell.dataset.typed;
  input.name = cell.dataset.field;
  input.autocomplete = "off";
  input.setAttribute("aria-label", button.getAttribute("aria-label"));
  if (cell.dataset.field === "price") input.inputMode = "decimal";
  button.hidden = true;
  cell.append(input);
  input.select();
  let open = true;
  const close = () => {
    // Taking the input away makes it blur, which would close it once more.
    if (!open) return;
    open = false;
    cell.querySelectorAll("input, .error, .conflict").forEach((part) => part.remove());
    button.hidden = false;
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      button.focus();
    }
    if (event.key === "Enter") {
      event.preventDefault();
      commit(cell, input, button, close);
    }
  });
  input.addEventListener("blur", () => {
    if (input.value === cell.dataset.typed && !input.readOnly) close();
  });
}

async function commit(cell, input, button, close) {
  if (input.readOnly) return;
  const row = cell.closest("tr");
  input.readOnly = true;
  cell.querySelectorAll(".error, .conflict").forEach((part) => part.remove());
  const { ok, data } = await save(row, cell.dataset.field, input.value, cell.dataset.typed);
  input.readOnly = false;
  if (!ok) return refuse(cell, input, data);
  row.dataset.version = data.row_version;
  cell.dataset.typed = data.typed;
  button.textContent = data.value || "—";
  close();
  button.focus();
  say("success", `${named(row)} saved.`, data.undo);
}

/** Show beside the input what is wrong, or what somebody else wrote; what was typed stays. */
async function refuse(cell, input, data) {
  const row = cell.closest("tr");
  const name = cell.dataset.field;
  const conflict = data.conflicts?.find((each) => each.field === name);
  let box = document.createElement("div");
  if (data.row_version) {
    row.dataset.version = data.row_version;
    await reread(row);
  }
  if (conflict) {
    box = conflictBox(conflict, "Enter saves yours, Esc keeps theirs.");
    cell.dataset.typed = conflict.theirs;
  } else {
    box.className = "error";
    box.id = `error-${row.dataset.id}-${name}`;
    box.dataset.errorFor = name;
    box.textContent = data.errors?.[name] ?? data.detail;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", box.id);
  }
  cell.append(box);
  input.focus();
}

/** Ask before a button that cannot be undone does its work. */
function ask(button) {
  const dialog = document.createElement("dialog");
  const words = Object.assign(document.createElement("p"), { textContent: button.dataset.confirm });
  const form = Object.assign(document.createElement("form"), { method: "dialog", className: "form-actions" });
  const yes = Object.assign(document.createElement("button"), { className: "button danger", value: "yes", textContent: button.textContent.trim() });
  const no = Object.assign(document.createElement("button"), { className: "button", value: "", textContent: "Keep", autofocus: true });
  form.append(no, yes);
  dialog.append(words, form);
  dialog.setAttribute("aria-label", button.dataset.confirm);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return button.focus();
    button.dataset.confirmed = "yes";
    button.click();
  });
  dialog.showModal();
}

/** Refill a select from the look-up while the person types. */
async function lookUp(search) {
  const select = document.getElementById(search.dataset.for);
  const url = new URL(search.dataset.lookup, location.href);
  url.searchParams.set("query", search.value);
  url.searchParams.set("limit", "50");
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return say("error", answer ? "This cannot be looked up now. Reload the page." : UNANSWERED);
  // A session that has ended leads to the sign-in page.
  if (answer.redirected) return say("error", "You are signed out. Sign in again to go on.");
  const rows = await answer.json();
  if (url.searchParams.get("query") !== search.value) return undefined;
  // “Choose …” or “Any”, and what is chosen.
  const kept = [...select.options].filter((option) => option.selected || !option.value);
  const values = kept.map((option) => option.value);
  const options = rows.filter(([id]) => !values.includes(String(id))).map(([id, name]) => new Option(name, id));
  select.replaceChildren(...kept, ...options);
  return undefined;
}

function needTick(event) {
  if (document.querySelector('input[name="rowid"]:checked')) return false;
  event.preventDefault();
  say("error", "Tick at least one row first.");
  return true;
}

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  const cell = at("[data-field][data-typed]");
  if (at("[data-switch]")) return turn(at("[data-switch]"));
  if (cell && !at("input, .conflict, .error") && cell.querySelector("[data-edit]:not([hidden])")) return edit(cell.querySelector("[data-edit]"));
  const button = at("[data-needs-tick], [data-confirm]");
  if (!button) return undefined;
  if (button.matches("[data-needs-tick]") && needTick(event)) return undefined;
  if (button.dataset.confirm && !button.dataset.confirmed) {
    event.preventDefault();
    ask(button);
  }
  return undefined;
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-tick-all]")) return;
  for (const box of document.querySelectorAll('input[name="rowid"]')) box.checked = event.target.checked;
});

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-lookup]")) lookUp(event.target);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
  button.textContent = "Copied";
});
