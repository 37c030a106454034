// What every form and every request of ours carries against forgery.

import { make } from "./making.js";

export const token = () => document.querySelector('meta[name="csrf-token"]').content;

/** Return a form that posts to an address and comes back to this page, as the server's own have it. */
export function formTo(action, ...parts) {
  const fields = { csrf_token: token(), url: location.pathname + location.search };
  const hidden = Object.entries(fields).map(([name, value]) => make("input", { type: "hidden", name, value }));
  return make("form", { method: "post", action }, ...hidden, ...parts);
}
