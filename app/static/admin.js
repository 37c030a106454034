// Behaviours of the back office, bound by data- attributes: cells edited in place, switches, ticks,
// questions before what cannot be undone, look-ups. Without them every row still has its edit page.

const token = () => document.querySelector('meta[name="csrf-token"]').content;

/** Send one cell to the server; resolves to {ok, data}, never rejects. */
async function save(row, name, value, version) {
  const body = new URLSearchParams({ list_form_pk: row.dataset.id, row_version: version, [name]: value });
  try {
    const answer = await fetch(row.closest("table").dataset.update, {
      method: "POST",
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
      body,
    });
    return { ok: answer.ok, data: await answer.json() };
  } catch {
    return { ok: false, data: { detail: "The server did not answer. Nothing was saved; try again." } };
  }
}

/** Say something in the status region, which readers announce. */
function say(level, words) {
  const notice = document.createElement("div");
  notice.className = `notice ${level}`;
  notice.dataset.level = level;
  notice.textContent = words;
  document.getElementById("flash").replaceChildren(notice);
}

const named = (row) => row.querySelector("th[data-field] , .name").textContent.trim();

/** Turn a switch cell. */
async function turn(button) {
  const row = button.closest("tr");
  const name = button.closest("[data-field]").dataset.field;
  const wanted = button.getAttribute("aria-checked") !== "true";
  button.disabled = true;
  const { ok, data } = await save(row, name, wanted ? "1" : "0", row.dataset.version);
  button.disabled = false;
  button.focus();
  if (!ok) {
    if (data.row_version) row.dataset.version = data.row_version;
    return say("error", data.detail);
  }
  row.dataset.version = data.row_version;
  button.setAttribute("aria-checked", String(data.value));
  if (name === "sold_out") row.toggleAttribute("data-sold-out", data.value);
  say("success", `${button.getAttribute("aria-label")} ${data.value ? "on" : "off"}.`);
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
  const { ok, data } = await save(row, cell.dataset.field, input.value, row.dataset.version);
  input.readOnly = false;
  if (!ok) return refuse(cell, input, data);
  row.dataset.version = data.row_version;
  cell.dataset.typed = data.typed;
  button.textContent = data.value || "—";
  close();
  button.focus();
  say("success", `${named(row)} saved.`);
}

/** Show beside the input what is wrong, or what somebody else wrote; what was typed stays. */
function refuse(cell, input, data) {
  const row = cell.closest("tr");
  const name = cell.dataset.field;
  const conflict = data.conflicts?.find((each) => each.field === name);
  const box = document.createElement("div");
  if (data.row_version) row.dataset.version = data.row_version;
  if (conflict) {
    box.className = "conflict";
    box.dataset.conflictFor = name;
    const part = (kind, words) => {
      const line = document.createElement("p");
      line.append(words, Object.assign(document.createElement("strong"), { textContent: conflict[kind] || "—" }));
      line.lastChild.dataset[kind] = conflict[kind];
      return line;
    };
    box.append(part("theirs", "Somebody else saved: "), part("mine", "You typed: "));
    box.append("Enter saves yours, Esc keeps theirs.");
    cell.dataset.typed = conflict.theirs;
    cell.querySelector("[data-edit]").textContent = conflict.shown ?? conflict.theirs;
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
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok || url.searchParams.get("query") !== search.value) return;
  const rows = await answer.json();
  const kept = select.selectedOptions[0];
  const options = rows.filter(([id]) => String(id) !== kept?.value).map(([id, name]) => new Option(name, id));
  select.replaceChildren(...(kept ? [kept] : []), ...options);
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
