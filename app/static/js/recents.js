// What this person opened last, kept in this browser alone and forgotten when they sign out (forgetting.js).

const MOST = 8;
const PREFIX = "carte-recent:";
const { person } = document.body.dataset;
const PAGE = /^\/admin\/(\w+)\/(?:edit|details)\/$/;

function stored() {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + person)) ?? [];
  } catch {
    return [];
  }
}

/** The keys of the rows opened last, newest first: ["items:12", "menus:3"]. */
export const recents = () => (person ? stored().filter((key) => typeof key === "string") : []);

function remember() {
  const [, list] = PAGE.exec(location.pathname) ?? [];
  const id = new URLSearchParams(location.search).get("id");
  if (!person || !list || !/^\d+$/.test(id ?? "")) return;
  const key = `${list}:${id}`;
  try {
    localStorage.setItem(PREFIX + person, JSON.stringify([key, ...recents().filter((other) => other !== key)].slice(0, MOST)));
  } catch {
    // A browser that keeps nothing has no rows opened last.
  }
}

remember();
