// The kitchen: a tap turns a dish at once, is kept until the server has it, and says what became of it.

// What every page of the back office has; lists, cells and forms have no place here, and a cook no time.
import "./carte.js";
import "./shortcuts.js";
import "./theme.js";
import { Board } from "./kitchen_board.js";
import { Queue } from "./kitchen_queue.js";
import { search } from "./kitchen_search.js";
import { States } from "./kitchen_states.js";
import { sides, toast } from "./kitchen_toasts.js";
import { complain, faultOf, suggest } from "./kitchen_until.js";
import { _, ngettext } from "./words.js";

/** A tap that was answered later than this, in milliseconds, says when. */
const LATE = 8_000;

const kitchen = document.querySelector("[data-kitchen]");
const { zone } = kitchen.dataset;
const dialog = kitchen.querySelector("[data-until-dialog]");
const part = (name) => kitchen.querySelector(`[data-kitchen-${name}]`);

const queue = new Queue(document.body.dataset.person, {
  onChange: () => refresh(),
  onOutcome: (outcome, tap) => report(outcome, tap),
});
const board = new Board(kitchen, queue);
const states = new States(kitchen.dataset.states, kitchen.dataset.now, { onStates: takeAll, onLost: lose, onEnd: end });

function refresh() {
  board.draw();
  const waiting = queue.taps.filter((tap) => tap.tries).length;
  if (!waiting) return void (part("waiting").hidden = true);
  const count = { num: waiting };
  part("waiting-words").textContent = queue.signedOut
    ? ngettext("You are signed out. Sign in to send %(num)s tap.", "You are signed out. Sign in to send %(num)s taps.", waiting, count)
    : ngettext("%(num)s tap is not sent yet. It is kept, and sent as soon as there is a connection.", "%(num)s taps are not sent yet. They are kept, and sent as soon as there is a connection.", waiting, count);
  part("send").hidden = queue.signedOut;
  part("sign-in").hidden = !queue.signedOut;
  return void (part("waiting").hidden = false);
}

function takeAll(answer) {
  board.takeAll(answer);
  states.expect(board.ends);
  part("outdated").hidden = answer.dishes === kitchen.dataset.digest;
}

function end(now) {
  board.expire(now);
  states.expect(board.ends);
}

/** A session that has ended leads to the sign-in page. */
function lose(answer) {
  if (!answer?.redirected || queue.taps.length) return;
  part("waiting-words").textContent = _("You are signed out. Sign in to go on.");
  part("send").hidden = true;
  part("sign-in").hidden = false;
  part("waiting").hidden = false;
}

/** Want a dish off, until when, or back on; `told` takes what became of it, instead of a toast. */
function tap(id, wish, told = report) {
  const name = (board.row(id)?.querySelector(".kitchen-name") ?? kitchen.querySelector(`[data-off="${id}"] [data-off-name]`)).textContent;
  const before = board.off.get(id);
  const url = `/admin/kitchen/${id}/${wish.off ? "sold-out" : "availability"}`;
  queue.add({ ...wish, id, name, url, before, version: board.version(id) }, told);
  navigator.vibrate?.(10);
}

/** Want the dish as it was before a tap. */
function undo({ id, off, before }) {
  if (!before) return tap(id, { off: false });
  const isOver = before.until && Date.parse(before.until) <= states.now;
  if (isOver) return tap(id, { off: !off, until: "tomorrow" });
  return tap(id, before.until ? { off: true, until: "time", when: before.until } : { off: true, until: "open" });
}

function report(outcome, tapped) {
  if (outcome.kind === "done") return done(outcome.data, tapped);
  return outcome.kind === "refused" ? refuse(outcome, tapped) : undefined;
}

function done(data, tapped) {
  states.touch();
  board.take(data);
  states.expect(board.ends);
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short", timeZone: zone }).format(states.now);
  const words = Date.now() - tapped.at > LATE ? _("%(said)s Sent at %(time)s.", { said: data.said, time }) : data.said;
  const actions = [[_("Undo"), () => undo(tapped)]];
  if (data.sold_out) {
    actions.push([_("Until a time …"), () => askUntil(tapped)]);
    if (data.until) actions.push([_("Until I say"), () => tap(tapped.id, { off: true, until: "open" })]);
  }
  toast("success", words, { actions, about: tapped.id });
}

function refuse({ status, data }, tapped) {
  states.touch();
  states.ask();
  const [conflict] = data.conflicts ?? [];
  const why = status === 404 ? _("it is not on your menus any more.") : Object.values(data.errors ?? {}).join(" ") || data.detail;
  if (!conflict) return toast("error", _("%(dish)s: not done. %(why)s", { dish: tapped.name, why }), { stays: true, about: tapped.id });
  const words = _("Not done. %(why)s", { why });
  const parts = [sides({ ...conflict, base: tapped.before ? _("sold out %(until)s", { until: tapped.before.words.until }) : _("on the menu") })];
  const insist = () => tap(tapped.id, { off: tapped.off, until: tapped.until, when: tapped.when });
  return toast("error", words, { parts, stays: true, about: tapped.id, actions: [[_("Do it all the same"), insist]] });
}

function askUntil({ id, name }) {
  dialog.dataset.dish = id;
  dialog.querySelector("[data-until-name]").textContent = name;
  const input = dialog.querySelector("[name=when]");
  suggest(input, states.now, zone);
  complain(input, "");
  dialog.showModal();
}

/** Send what a form asks for; a time that is refused stays in its input, with the reason beside it. */
function submit(form, button) {
  const id = form.closest("[data-off]")?.dataset.off ?? dialog.dataset.dish;
  const close = () => (form.closest("dialog")?.close(), form.closest("details")?.removeAttribute("open"));
  if (form.dataset.tap === "on") return tap(id, { off: false });
  const wish = { off: true, until: button.value };
  const input = form.elements.when;
  if (wish.until !== "time") return close(), tap(id, wish);
  complain(input, faultOf(input, states.now, zone));
  if (input.hasAttribute("aria-invalid")) return undefined;
  return tap(id, { ...wish, when: input.value }, (outcome, tapped) => {
    const fault = outcome.data?.errors?.when;
    if (fault) return complain(input, fault);
    close();
    return report(outcome, tapped);
  });
}

kitchen.addEventListener("click", (event) => {
  const button = event.target.closest("[data-id] [role=switch]");
  if (!button) return;
  event.preventDefault();
  // The second half of a double click is no second thought.
  if (event.detail > 1) return;
  const { id } = button.closest("[data-id]").dataset;
  tap(id, board.isOff(id) ? { off: false } : { off: true, until: "tomorrow" });
});

kitchen.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-tap]")) return;
  event.preventDefault();
  submit(event.target, event.submitter);
});

kitchen.addEventListener("toggle", ({ target, newState }) => {
  if (target.matches("details") && newState === "open") suggest(target.querySelector("[name=when]"), states.now, zone);
}, { capture: true });

part("send").addEventListener("click", () => queue.hurry());

search(kitchen);
refresh();
queue.hurry();
states.ask();
