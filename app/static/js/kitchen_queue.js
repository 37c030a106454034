// Taps on their way to the server: kept in the browser until it has answered, so that none is lost with the
// connection. One wish a dish: of two taps the later one holds. Knows no page; whoever adds a tap is told
// what became of it.

import { token } from "./token.js";

const PREFIX = "carte.taps.";

/** How long an answer may take, and how long to wait before each further try, in milliseconds. */
const PATIENCE = 10_000;
const PAUSES = [2_000, 5_000, 10_000, 20_000, 40_000, 60_000];

const LATER = new Set([408, 425, 429, 500, 502, 503, 504]);

/** A fault that comes back this often is not one of the moment. */
const FAULTS = 5;

/** Taps of whoever used this browser before are not sent in another one's name. */
function forgetOthers(key) {
  for (const other of Object.keys(localStorage)) {
    if (other.startsWith(PREFIX) && other !== key) localStorage.removeItem(other);
  }
}

function bodyOf(tap) {
  const waited = Math.max(0, Math.round((Date.now() - tap.at) / 1000));
  const body = new URLSearchParams({ row_version: tap.version, waited });
  if (tap.off) body.set("until", tap.until);
  if (tap.when) body.set("when", tap.when);
  return body;
}

async function jsonOf(answer) {
  // What a hotel's or a train's network says instead of Carte is no JSON.
  const isJson = answer?.headers.get("Content-Type")?.includes("json");
  return isJson ? answer.json().catch(() => null) : null;
}

export class Queue {
  /**
   * `onChange()` is called whenever what waits, or why, has changed; `onOutcome(outcome, tap)` with what
   * became of a tap that nobody on this page waits for: it was made before the page was opened.
   */
  constructor(person, { onChange, onOutcome }) {
    Object.assign(this, { person, onChange, onOutcome, key: PREFIX + person, tries: 0, signedOut: false });
    this.waiters = new Map();
    this.read();
    for (const kind of ["online", "pageshow"]) addEventListener(kind, () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  /** A browser that keeps nothing for its pages keeps the taps as long as this one is open. */
  read() {
    try {
      forgetOthers(this.key);
      this.taps = JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      this.taps = [];
    }
  }

  keep(taps) {
    this.taps = taps;
    try {
      if (taps.length) localStorage.setItem(this.key, JSON.stringify(taps));
      else localStorage.removeItem(this.key);
    } catch {
      // See above.
    }
    this.onChange();
  }

  of(id) {
    return this.taps.find((tap) => tap.id === id);
  }

  /** Keep a tap and send it; one that waits for the same dish gives way to it. */
  add(tap, told) {
    const kept = { ...tap, at: Date.now(), number: `${Date.now()}-${Math.random()}`, tries: 0 };
    if (told) this.waiters.set(kept.number, told);
    this.keep([...this.taps.filter((other) => other.id !== tap.id), kept]);
    this.hurry();
  }

  /** Try again now, unless a try is under way. */
  async hurry() {
    if (this.sending || !this.taps.length) return;
    clearTimeout(this.timer);
    this.sending = true;
    let outcome;
    do {
      const [tap] = this.taps;
      outcome = await this.send(tap);
      this.settle(tap, outcome);
    } while (this.taps.length && outcome.kind !== "waiting");
    this.sending = false;
    if (outcome.kind === "waiting") this.pause(outcome);
    else this.tries = 0;
  }

  /** Tell what became of a tap; an answered one is done with, and its dish's version is known. */
  settle(tap, outcome) {
    const told = this.waiters.get(tap.number) ?? this.onOutcome;
    this.signedOut = outcome.signedOut ?? false;
    if (outcome.kind === "waiting") {
      this.keep(this.taps.map((other) => ({ ...other, tries: other.tries + 1 })));
    } else {
      const version = outcome.data?.row_version;
      const rest = this.taps.filter((other) => other.number !== tap.number);
      this.waiters.delete(tap.number);
      this.keep(rest.map((other) => (other.id === tap.id && version ? { ...other, version } : other)));
    }
    told(outcome, tap);
  }

  pause({ pause, signedOut }) {
    const own = PAUSES[Math.min(this.tries, PAUSES.length - 1)];
    this.tries += 1;
    // Whoever signs in elsewhere comes back to this page, which tries again then.
    if (!signedOut) this.timer = setTimeout(() => this.hurry(), Math.max(pause ?? 0, own) * (1 + Math.random() / 4));
  }

  async send(tap, isFresh = false) {
    const answer = await fetch(tap.url, {
      method: "POST",
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
      body: bodyOf(tap),
      signal: AbortSignal.timeout(PATIENCE),
    }).catch(() => null);
    const data = await jsonOf(answer);
    const isFaulty = answer?.status === 500 && tap.tries >= FAULTS;
    if (!data || (LATER.has(answer.status) && !isFaulty)) {
      return { kind: "waiting", pause: 1000 * (Number(answer?.headers.get("Retry-After")) || 0) };
    }
    if (answer.ok) return { kind: "done", data };
    if (answer.status === 401) return { kind: "waiting", signedOut: true };
    if (answer.status === 400 && !isFresh) return this.sendAfresh(tap);
    return { kind: "refused", status: answer.status, data };
  }

  /** The page was open too long: take the token of a new one, if it is still the same person's. */
  async sendAfresh(tap) {
    const page = await fetch("/admin/kitchen/", { signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    const text = page?.ok ? await page.text().catch(() => null) : null;
    if (!text) return { kind: "waiting" };
    const fresh = new DOMParser().parseFromString(text, "text/html");
    if (fresh.body.dataset.person !== this.person) return { kind: "waiting", signedOut: true };
    const named = 'meta[name="csrf-token"]';
    document.querySelector(named).content = fresh.querySelector(named).content;
    return this.send(tap, true);
  }
}
