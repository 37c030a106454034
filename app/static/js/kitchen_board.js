// The kitchen as it is drawn: a row for each dish, and the list of what is out now.

import { make } from "./making.js";
import { _ } from "./words.js";

function sinceOf({ since, by }) {
  return by ? _("since %(when)s, by %(name)s", { when: since, name: by }) : _("since %(when)s", { when: since });
}

export class Board {
  constructor(kitchen, queue) {
    this.kitchen = kitchen;
    this.queue = queue;
    this.off = new Map();
    this.list = kitchen.querySelector("[data-off-list]");
    this.template = kitchen.querySelector("[data-off-template]");
    for (const item of this.list.children) this.off.set(item.dataset.off, stateIn(item));
  }

  row(id) {
    return this.kitchen.querySelector(`[data-id="${id}"]`);
  }

  /** How a dish stands as this page shows it: as was tapped, else as the server said. */
  isOff(id) {
    return this.queue.of(id)?.off ?? this.off.has(id);
  }

  version(id) {
    return this.row(id)?.dataset.version ?? this.off.get(id)?.row_version;
  }

  /** Take what the server says of every dish. */
  takeAll({ off, versions, tomorrow }) {
    this.off = new Map(off.map((state) => [String(state.id), state]));
    for (const [id, version] of Object.entries(versions)) {
      const row = this.row(id);
      if (row) row.dataset.version = version;
    }
    this.kitchen.dataset.tomorrow = tomorrow;
    for (const words of this.kitchen.querySelectorAll("[data-tomorrow-words]")) words.textContent = tomorrow;
    this.draw();
  }

  /** Take what the server says of one dish. */
  take(state) {
    const id = String(state.id);
    const row = this.row(id);
    if (row) row.dataset.version = state.row_version;
    const others = [...this.off].filter(([other]) => other !== id);
    const isMoved = state.sold_out && this.off.has(id);
    if (isMoved) this.off.set(id, state);
    else this.off = new Map(state.sold_out ? [[id, state], ...others] : others);
    this.draw();
  }

  /** Put back what has come to its end. */
  expire(now) {
    this.off = new Map([...this.off].filter(([, { until }]) => !until || Date.parse(until) > now));
    this.draw();
  }

  /** When the dishes come back that are off until a time. */
  get ends() {
    return [...this.off.values()].map(({ until }) => until).filter(Boolean);
  }

  draw() {
    const rows = [...this.kitchen.querySelectorAll("[data-id]")];
    // What the thumb is about to tap must not move when the list above it grows.
    const anchor = rows.find((row) => !row.hidden && row.getBoundingClientRect().bottom > innerHeight / 3);
    const top = anchor?.getBoundingClientRect().top;
    for (const row of rows) this.drawRow(row);
    this.drawList();
    if (anchor && top < innerHeight) scrollBy({ top: anchor.getBoundingClientRect().top - top, behavior: "instant" });
  }

  drawRow(row) {
    const { id } = row.dataset;
    const tap = this.queue.of(id);
    const isOff = this.isOff(id);
    const button = row.querySelector("[role=switch]");
    row.toggleAttribute("data-sold-out", isOff);
    row.toggleAttribute("data-waiting", Boolean(tap));
    button.setAttribute("aria-checked", String(isOff));
    button.value = row.dataset.version;
    button.setAttribute("formaction", `/admin/kitchen/${id}/${isOff ? "availability" : "sold-out"}`);
    const parts = [];
    if (isOff) parts.push(make("span", { class: "badge warn" }, _("Sold out")), " ");
    if (tap) parts.push(make("span", { class: "kitchen-unsent" }, this.sending(tap)));
    else if (isOff) parts.push(make("span", {}, this.off.get(id).words.until));
    row.querySelector(".kitchen-state").replaceChildren(...parts);
  }

  /** A tap that is answered in a moment says nothing of its way. */
  sending(tap) {
    return tap.tries ? _("Not sent yet") : "";
  }

  drawList() {
    const shown = new Map([...this.list.children].map((item) => [item.dataset.off, item]));
    for (const [id, item] of shown) if (!this.off.has(id)) this.leave(item);
    for (const [id, state] of this.off) {
      const item = shown.get(id) ?? this.made(id, state);
      this.fill(item, state);
      // Put where it belongs only if it is not there: what has the focus would lose it.
      const place = [...this.off.keys()].indexOf(id);
      if (this.list.children[place] !== item) this.list.insertBefore(item, this.list.children[place] ?? null);
    }
    const count = this.kitchen.querySelector("[data-off-count]");
    count.textContent = this.off.size;
    count.classList.toggle("warn", this.off.size > 0);
    this.kitchen.querySelector("[data-off-none]").hidden = this.off.size > 0;
  }

  /** Who has just put a dish back from the list goes on with the next one in it. */
  leave(item) {
    const isIn = item.contains(document.activeElement);
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    if (isIn) (next?.querySelector("button") ?? document.getElementById("kitchen-search")).focus();
  }

  made(id, state) {
    const item = this.template.content.firstElementChild.cloneNode(true);
    item.dataset.off = id;
    for (const form of item.querySelectorAll("[data-tap]")) {
      form.action = `/admin/kitchen/${id}/${form.dataset.tap === "on" ? "availability" : "sold-out"}`;
    }
    for (const name of item.querySelectorAll("[data-off-name]")) name.textContent = state.name;
    const input = item.querySelector("[name=when]");
    const [label, error] = [item.querySelector(`label`), item.querySelector(".error")];
    label.htmlFor = input.id = `when-${id}`;
    error.id = `when-error-${id}`;
    input.setAttribute("aria-describedby", error.id);
    return item;
  }

  fill(item, state) {
    const tap = this.queue.of(String(state.id));
    item.toggleAttribute("data-waiting", Boolean(tap));
    item.dataset.until = state.until ?? "";
    item.querySelector("[data-off-until]").textContent = tap?.tries ? _("Not sent yet") : state.words.until;
    item.querySelector("[data-off-since]").textContent = sinceOf(state.words);
    for (const field of item.querySelectorAll("[name=row_version]")) field.value = state.row_version;
  }
}

/** What the server has drawn of a dish that is out; the next answer knows the rest. */
function stateIn(item) {
  const text = (name) => item.querySelector(`[data-off-${name}]`).textContent;
  return {
    id: item.dataset.off,
    name: text("name"),
    row_version: item.querySelector("[name=row_version]").value,
    sold_out: true,
    until: item.dataset.until || null,
    words: { until: text("until"), since: item.dataset.since, by: item.dataset.by },
  };
}
