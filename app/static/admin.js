// Behaviours of the back office, bound by data- attributes: cells edited in place, switches, ticks,
// questions before what cannot be undone, look-ups. Without them every row still has its edit page.

const token = () => document.querySelector('meta[name="csrf-token"]').content;

const UNANSWERED = "The server did not answer, so this may not be saved. Try again.";

const isOn = (button) => button.getAttribute("aria-checked") === "true";
const inWords = (on) => (on ? "Yes" : "No");

/** How often a cell is sent once more when somebody saved something else of its row. */
const TRIES = 5;

/** Send one cell, and what it showed before, to the server; resolves to {ok, data}, never rejects. */
async function post(row, name, value, base) {
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

/** Note which version of the row this page shows: for its cells, and for what is done to ticked rows. */
function setVersion(row, version) {
  row.dataset.version = version;
  const ticked = document.querySelector(`#batch [name="row_version-${row.dataset.id}"]`);
  if (ticked) ticked.value = version;
}

/** What a cell of the server's answer is compared by: as it was typed, or a switch in words. */
const comparable = ({ value, typed }) => (typeof value === "boolean" ? inWords(value) : typed);

/**
 * Save one cell. After a conflict the whole row is shown as it is now; when nobody touched this very
 * cell, it is sent again, for nothing stands against it.
 */
async function send(row, name, value, base) {
  let answer;
  for (let tries = 0; tries < TRIES; tries += 1) {
    answer = await post(row, name, value, base);
    if (answer.ok) setVersion(row, answer.data.row_version);
    if (!answer.data.cells) break;
    refresh(row, answer.data.cells);
    setVersion(row, answer.data.row_version);
    if (comparable(answer.data.cells[name]) !== base) break;
  }
  return answer;
}

const lines = new WeakMap();

/** Save one cell after what was sent before it of the same row: nobody is in conflict with themselves. */
function save(row, ...cell) {
  const sent = (lines.get(row) ?? Promise.resolve()).then(() => send(row, ...cell));
  lines.set(row, sent);
  return sent;
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
  form.dataset.once = "";
  for (const [name, value] of [["csrf_token", token()], ["url", location.pathname + location.search]]) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  form.append(Object.assign(document.createElement("button"), { className: "button", textContent: "Undo" }));
  return form;
}

const named = (row) => row.querySelector("th[data-field] , .name").textContent.trim();

/** Show a value in a cell, and in what readers hear of it. */
function show(button, value) {
  const heard = (text) => `: ${text === "—" || !text ? "none yet" : text}. Edit`;
  const label = button.getAttribute("aria-label");
  const before = heard(button.textContent);
  if (label.endsWith(before)) button.setAttribute("aria-label", label.slice(0, -before.length) + heard(value));
  button.textContent = value || "—";
}

function setSwitch(button, on) {
  button.setAttribute("aria-checked", String(on));
  const cell = button.closest("[data-field]");
  if (cell.dataset.field === "sold_out") cell.closest("tr").toggleAttribute("data-sold-out", on);
}

/** Show every cell of the row as the server knows it; an open editor stays, with what it started from. */
function refresh(row, cells) {
  for (const [name, { value, typed }] of Object.entries(cells)) {
    const cell = row.querySelector(`[data-field="${name}"]`);
    const button = cell?.querySelector("[data-edit], [data-switch]");
    if (!button) {
      const text = cell?.querySelector("a, span") ?? cell;
      if (text) text.textContent = (typeof value === "boolean" ? inWords(value) : value) || "—";
    } else if (button.matches("[data-switch]")) {
      // While it is on its way, a switch shows what its person wants.
      if (!button.hasAttribute("aria-busy")) setSwitch(button, value);
    } else {
      show(button, value);
      if (!cell.querySelector("input")) cell.dataset.typed = typed;
    }
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

/** Turn a switch. It turns at once; taps that come before the answer count, and the last one holds. */
async function turn(button) {
  setSwitch(button, !isOn(button));
  if (button.hasAttribute("aria-busy")) return undefined;
  const cell = button.closest("[data-field]");
  const row = cell.closest("tr");
  const name = cell.dataset.field;
  let saved = !isOn(button);
  cell.querySelector(".conflict")?.remove();
  button.setAttribute("aria-busy", "true");
  let answer;
  while (isOn(button) !== saved) {
    answer = await save(row, name, isOn(button) ? "1" : "0", inWords(saved));
    if (!answer.ok) break;
    saved = answer.data.value;
  }
  button.removeAttribute("aria-busy");
  if (!answer.ok) return refuseTurn(button, saved, answer.data);
  setSwitch(button, saved);
  return say("success", `${button.getAttribute("aria-label")} ${saved ? "on" : "off"}.`, answer.data.undo);
}

/** Show how the switch stands; with all three values when somebody else turned it. */
function refuseTurn(button, before, data) {
  say("error", data.detail);
  const cell = button.closest("[data-field]");
  const now = data.cells ? data.cells[cell.dataset.field].value : before;
  setSwitch(button, now);
  if (now === before) return undefined;
  const conflict = { field: cell.dataset.field, base: inWords(before), theirs: inWords(now), mine: inWords(!before) };
  return cell.append(conflictBox(conflict, "It is as you wanted it already."));
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
  const theirs = data.cells?.[cell.dataset.field];
  // Two people who type the same have nothing to settle.
  if (!ok && !(theirs && !data.conflicts.length)) return refuse(cell, input, data);
  cell.dataset.typed = (theirs ?? data).typed;
  show(button, (theirs ?? data).value);
  close();
  button.focus();
  say("success", `${named(row)} saved.`, data.undo);
}

/** Show beside the input what is wrong, or what somebody else wrote; what was typed stays. */
function refuse(cell, input, data) {
  const row = cell.closest("tr");
  const name = cell.dataset.field;
  const conflict = data.conflicts?.find((each) => each.field === name);
  let box = document.createElement("div");
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

/** Put the value that was chosen after a conflict into its field, so that the form shows what it saves. */
function keep(choice) {
  const field = document.getElementById(choice.name.slice("keep-".length));
  const words = choice.closest("[data-conflict-for]").querySelector(`[data-${choice.value}]`).textContent;
  if (field.type === "checkbox") field.checked = words === "Yes";
  else if (field.options) for (const option of field.options) option.selected = option.text === words;
  else field.value = words;
}

/** Whoever goes on typing in a field keeps their own. */
function keepMine(field) {
  const mine = document.querySelector(`input[name="keep-${field.name}"][value="mine"]`);
  if (mine) mine.checked = true;
}

/** Send along what the cells of the ticked rows show, so that a refusal can say what has changed. */
function carryCells(form) {
  form.querySelectorAll("[data-carried]").forEach((field) => field.remove());
  for (const tick of document.querySelectorAll('input[name="rowid"]:checked')) {
    for (const cell of tick.closest("tr").querySelectorAll("[data-field]")) {
      const turned = cell.querySelector("[data-switch]");
      const text = cell.textContent.trim();
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: `base-${cell.dataset.field}-${tick.value}` });
      field.value = turned ? inWords(isOn(turned)) : text === "—" ? "" : text;
      field.dataset.carried = "";
      form.append(field);
    }
  }
}

document.addEventListener("submit", (event) => {
  if (event.target.id === "batch") carryCells(event.target);
});

document.addEventListener("change", (event) => {
  if (event.target.matches('[name^="keep-"]')) return keep(event.target);
  if (!event.target.matches("[data-tick-all]")) return;
  for (const box of document.querySelectorAll('input[name="rowid"]')) box.checked = event.target.checked;
});

document.addEventListener("input", (event) => {
  if (event.target.form?.id === "row") keepMine(event.target);
  if (event.target.matches("[data-lookup]")) lookUp(event.target);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
  button.textContent = "Copied";
});

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
