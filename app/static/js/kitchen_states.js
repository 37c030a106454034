// What is off by now: asked for while somebody looks, every half a minute, when they come back to the page,
// and at the moment at which the next dish is back by itself.

const EVERY = 30_000;
const SLOWEST = 300_000;
/** Coming back several times in a moment is one question. */
const BARELY = 3_000;
/** Browsers wait no longer than this. */
const LONGEST = 2 ** 31 - 1;

export class States {
  /**
   * `onStates(states)` is called with each new answer, `onLost(answer)` where there is none that can be read,
   * `onEnd(now)` when an end has come, be it without a connection.
   */
  constructor(url, now, { onStates, onLost, onEnd }) {
    Object.assign(this, { url, onStates, onLost, onEnd, pause: EVERY, asked: 0, touched: 0 });
    // The phone's clock may be wrong; the server's decides.
    this.ahead = Date.parse(now) - Date.now();
    document.addEventListener("visibilitychange", () => document.hidden || this.comeBack());
    for (const kind of ["online", "focus", "pageshow"]) addEventListener(kind, () => this.comeBack());
  }

  /** What time it is where the server is. */
  get now() {
    return new Date(Date.now() + this.ahead);
  }

  /** This page has changed something: what was asked before does not know it. */
  touch() {
    this.touched = Date.now();
    this.tag = undefined;
  }

  comeBack() {
    if (Date.now() - this.asked > BARELY) this.ask();
  }

  /** Ask once more when the first of these moments has come. */
  expect(ends) {
    clearTimeout(this.ending);
    const wait = Math.min(...ends.map((end) => Date.parse(end))) - this.now + 300;
    if (wait < LONGEST) this.ending = setTimeout(() => this.end(), Math.max(wait, 1_000));
  }

  end() {
    this.onEnd(this.now);
    this.ask();
  }

  plan() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (document.hidden ? this.plan() : this.ask()), this.pause * (1 + Math.random() / 5));
  }

  async ask() {
    const asked = (this.asked = Date.now());
    const headers = { Accept: "application/json", ...(this.tag && { "If-None-Match": this.tag }) };
    const signal = AbortSignal.timeout(10_000);
    const answer = await fetch(this.url, { headers, signal, cache: "no-store" }).catch(() => null);
    const states = answer?.ok && !answer.redirected ? await answer.json().catch(() => null) : null;
    const isKnown = states || answer?.status === 304;
    this.pause = isKnown ? EVERY : Math.min(this.pause * 2, SLOWEST);
    this.plan();
    if (!isKnown) return this.onLost(answer);
    if (this.touched >= asked) return this.ask();
    if (!states) return undefined;
    this.tag = answer.headers.get("ETag");
    return this.onStates(states);
  }
}
