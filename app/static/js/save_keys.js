// Ctrl+Enter, on a Mac Cmd+Enter, saves from anywhere in a form whose button says so.

const SAVES = 'button[aria-keyshortcuts~="Control+Enter"]';

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const button = event.target.closest("form")?.querySelector(SAVES);
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("kbd[data-mod]")) key.textContent = "⌘";
}
