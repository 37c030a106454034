// A select with many choices as a combobox (WAI-ARIA 1.2: editable, with a list): the select stays what the
// form sends, its choices are searched while one types, or looked up where the page has only some of them.

import { choicesOf } from "./combobox_choices.js";
import { make } from "./making.js";
import { ngettext, _ } from "./words.js";

/** Milliseconds of silence after which a look-up goes out. */
const PAUSE = 150;

class Combobox {
  constructor(box, select) {
    this.select = select;
    this.find = choicesOf(select, box.dataset.lookup);
    this.build(box);
    this.show();
    this.listen(box);
  }

  build(box) {
    const { id } = this.select;
    const label = document.querySelector(`label[for="${id}"]`);
    this.input = make("input", {
      id: `${id}-combobox`, type: "text", role: "combobox", autocomplete: "off", autocapitalize: "none", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-choices`, enterkeyhint: "done",
    });
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (this.select.hasAttribute(name)) this.input.setAttribute(name, this.select.getAttribute(name));
    }
    if (this.select.required) this.input.setAttribute("aria-required", "true");
    this.list = make("ul", { id: `${id}-choices`, role: "listbox", "aria-label": _("Choices") });
    this.none = make("p", { hidden: true }, _("Nothing matches."));
    this.popup = make("div", { class: "combobox-popup", hidden: true }, this.list, this.none);
    this.status = make("div", { role: "status", class: "visually-hidden" });
    box.append(this.input, this.popup, this.status);
    if (label) label.htmlFor = this.input.id;
    // The browser may not have come to its autofocus yet.
    const focused = document.activeElement === this.select || (this.select.autofocus && document.activeElement === document.body);
    this.select.hidden = true;
    box.hidden = false;
    if (focused) this.input.focus();
  }

  listen(box) {
    this.input.addEventListener("input", () => this.search(this.input.value));
    this.input.addEventListener("click", () => this.isOpen || this.search(""));
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.leave());
    // The list takes neither the focus nor, while one scrolls it by touch, the choice.
    this.popup.addEventListener("mousedown", (event) => event.preventDefault());
    this.popup.addEventListener("click", (event) => this.pick(event.target.closest("[role=option]")));
    this.select.addEventListener("change", () => this.show());
    // What a browser, or js/typed.js, puts back into the select after a way back.
    window.addEventListener("pageshow", () => this.show());
    box.closest("form")?.addEventListener("reset", () => setTimeout(() => this.show()));
  }

  get isOpen() {
    return !this.popup.hidden;
  }

  get active() {
    return this.list.querySelector("[role=option].active");
  }

  /** Show in the input what the select has chosen. */
  show() {
    const [option] = this.select.selectedOptions;
    this.input.value = option?.value ? option.text : "";
    this.input.placeholder = option?.value ? "" : (option?.text ?? "");
  }

  /** Find what matches and open the list; `then` says which of it is active. */
  async search(words, then = () => null) {
    clearTimeout(this.waiting);
    const ticket = (this.ticket = Symbol(words));
    if (words && this.find.isFar) await new Promise((done) => { this.waiting = setTimeout(done, PAUSE); });
    const found = ticket === this.ticket ? await this.find(words) : null;
    if (!found || ticket !== this.ticket || document.activeElement !== this.input) return;
    this.list.replaceChildren(...found.map((choice, index) => this.option(choice, index)));
    this.list.hidden = !found.length;
    this.none.hidden = Boolean(found.length);
    this.open();
    this.activate(then([...this.list.children]) ?? (words ? this.list.firstElementChild : this.list.querySelector("[aria-selected=true]")));
    this.status.textContent = found.length ? ngettext("%(num)s choice", "%(num)s choices", found.length) : this.none.textContent;
  }

  option({ value, text, group }, index) {
    const [first, ...rest] = [...text.split(" · "), ...(group ? [group] : [])];
    const option = make("li", { id: `${this.list.id}-${index}`, role: "option", "aria-selected": String(value === this.select.value) }, make("span", {}, first));
    if (rest.length) option.append(" ", make("small", {}, rest.join(" · ")));
    Object.assign(option.dataset, { value, text });
    return option;
  }

  open() {
    this.popup.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    const { bottom, top } = this.input.getBoundingClientRect();
    this.popup.classList.toggle("above", innerHeight - bottom < 240 && top > innerHeight - bottom);
  }

  close() {
    clearTimeout(this.waiting);
    this.ticket = null;
    this.popup.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = "";
  }

  activate(option) {
    this.active?.classList.remove("active");
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.classList.add("active");
    option.scrollIntoView({ block: "nearest" });
    return this.input.setAttribute("aria-activedescendant", option.id);
  }

  press(event) {
    const { key } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (["ArrowDown", "ArrowUp"].includes(key)) {
      event.preventDefault();
      this.move(key === "ArrowDown" ? 1 : -1, event.altKey);
    } else if (["Home", "End"].includes(key) && this.isOpen && this.active) {
      event.preventDefault();
      this.activate(key === "Home" ? this.list.firstElementChild : this.list.lastElementChild);
    } else if (["Enter", "Tab"].includes(key) && this.isOpen) {
      if (key === "Enter") event.preventDefault();
      if (this.active) this.pick(this.active);
    } else if (key === "Escape" && (this.isOpen || this.input.value !== this.shown)) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      this.show();
      this.input.select();
    }
  }

  get shown() {
    const [option] = this.select.selectedOptions;
    return option?.value ? option.text : "";
  }

  move(step, only) {
    if (!this.isOpen) return this.search("", only ? undefined : (all) => all.find((each) => each.ariaSelected === "true") ?? all.at(step > 0 ? 0 : -1));
    if (only) return step < 0 ? this.close() : undefined;
    const all = [...this.list.children];
    const at = all.indexOf(this.active);
    return this.activate(all.at(at < 0 && step < 0 ? -1 : (at + step) % all.length));
  }

  pick(option) {
    if (!option) return;
    const { value, text } = option.dataset;
    const known = [...this.select.options].find((each) => each.value === value);
    if (!known) this.select.add(new Option(text, value));
    this.select.value = value;
    this.close();
    for (const kind of ["input", "change"]) this.select.dispatchEvent(new Event(kind, { bubbles: true }));
    this.input.select();
  }

  /** Words that chose nothing do not stay; without words nothing is chosen, where that can be. */
  leave() {
    const blank = [...this.select.options].find((option) => !option.value);
    if (!this.input.value.trim() && this.select.value && blank) {
      this.select.value = "";
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.close();
    this.show();
  }
}

/** Make comboboxes of the selects that a part of a page marks so. */
export function enhance(root = document) {
  for (const box of root.querySelectorAll("[data-combobox]:empty")) {
    const select = document.getElementById(box.dataset.combobox);
    if (select) new Combobox(box, select);
  }
}

enhance();
