// Two edits that disagree, shown side by side.

import { make } from "./making.js";

/** What both started from, how it stands by now, what this person wants: a line each, after these labels. */
export function sidesOf(conflict, [base, theirs, mine]) {
  return Object.entries({ base, theirs, mine }).map(([kind, label]) =>
    make("p", {}, label, " ", make("strong", { [`data-${kind}`]: true }, conflict[kind] || "—")),
  );
}
