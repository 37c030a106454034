// Whoever signs out, on whatever page, leaves no trace of what they opened. Taps of the kitchen that were not
// sent stay: they are work, and wait for the same person (kitchen_queue.js).

const THEIRS = "carte-recent:";
const WAYS_OUT = ["/logout", "/admin/account/sessions/delete"];

document.addEventListener("submit", ({ target }) => {
  if (!WAYS_OUT.includes(new URL(target.action, location.href).pathname)) return;
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(THEIRS)) localStorage.removeItem(key);
    }
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
});
