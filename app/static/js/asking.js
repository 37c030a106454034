// A question before something is done: a dialog with two answers, of which the one that keeps all has the focus.

import { make } from "./making.js";

/** Ask; resolves to whether the answer is `yes`. Without a `title` the words are what the dialog is called. */
export function ask({ title, words, yes, no }) {
  const answers = make(
    "form", { method: "dialog", class: "form-actions" },
    make("button", { class: "button", value: "", autofocus: true }, no),
    make("button", { class: "button danger", value: "yes" }, yes),
  );
  const heading = title ? [make("h2", {}, title)] : [];
  const dialog = make("dialog", { "aria-label": title ?? words }, ...heading, make("p", {}, words), answers);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answered) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      answered(dialog.returnValue === "yes");
    });
  });
}
