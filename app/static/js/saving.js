// Sends one cell of a list to the server, and again where nothing stands against it.

import { inWords, refresh, setVersion } from "./showing.js";
import { token } from "./token.js";
import { _ } from "./words.js";

export const UNANSWERED = _("The server did not answer, so this may not be saved. Try again.");

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
export function save(row, ...cell) {
  const sent = (lines.get(row) ?? Promise.resolve()).then(() => send(row, ...cell));
  lines.set(row, sent);
  return sent;
}
