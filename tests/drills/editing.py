"""What people do in a drill, each as a step to repeat: the real edit paths, and reading meanwhile.

A writer reads the row and its version from the row's own form, as a page of theirs would, changes one
thing, sends it, and begins anew with another row; a 409 means that somebody was faster, and nothing
was written.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count, cycle

from tests.drills.load import Answer, Browser, Ledger, NoAnswer, Step

#: The price that a drill begins at, in cents, so that each is typed without a mark for thousands.
START = 100

_ITEMS = "/admin/items"
_CENT = Decimal("0.01")

# Seconds that somebody waits who got no answer, before they try again.
_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Raised:
    """A price that went up by one cent, and with it the row to this version."""

    item: int
    version: int


@dataclass(frozen=True, slots=True)
class Turned:
    """A dish that was marked sold out, or available again."""

    item: int


@dataclass(frozen=True, slots=True)
class Created:
    """A new dish, by its name, which nobody else gives."""

    name: str


def _edit_page(item: int) -> str:
    return f"{_ITEMS}/edit/?id={item}"


def _fields(browser: Browser, path: str, ledger: Ledger) -> dict[str, str] | None:
    """Return what the form would send untouched; None where the page could not be had."""
    try:
        answer = ledger.note("read", browser.get(path))
    except NoAnswer:
        time.sleep(_PAUSE)
        return None
    return answer.page.fields() if answer.status == 200 else None


def _write(ledger: Ledger, written: Sequence[object], send: Callable[[], Answer]) -> bool:
    """Send a write and book what came of it; True when it was acknowledged."""
    try:
        answer = ledger.note("write", send())
    except NoAnswer:
        ledger.leave_open(*written)
        return False
    if answer.good:
        ledger.acknowledge(*written)
    return answer.good


def raise_by_cell(browser: Browser, items: Sequence[int], ledger: Ledger, seed: int = 0) -> Step:
    """Return a step that adds a cent to the price of one of the items, in the list's cell."""
    pick = random.Random(seed)

    def step() -> None:
        item = pick.choice(items)
        shown = _fields(browser, _edit_page(item), ledger)
        if shown is None:
            return
        sent = {
            "list_form_pk": item,
            "row_version": shown["row_version"],
            "price": Decimal(shown["price"]) + _CENT,
            "base-price": shown["price"],
        }
        raised = Raised(item, int(shown["row_version"]) + 1)
        _write(
            ledger, [raised], lambda: browser.post(f"{_ITEMS}/ajax/update/", sent, Accept="application/json")
        )

    return step


def raise_by_form(browser: Browser, items: Sequence[int], ledger: Ledger, seed: int = 0) -> Step:
    """Return a step that adds a cent to the price of one of the items, in its edit form."""
    pick = random.Random(seed)

    def step() -> None:
        item = pick.choice(items)
        shown = _fields(browser, _edit_page(item), ledger)
        if shown is None:
            return
        sent = shown | {"price": str(Decimal(shown["price"]) + _CENT)}
        raised = Raised(item, int(shown["row_version"]) + 1)
        _write(ledger, [raised], lambda: browser.post(_edit_page(item), sent))

    return step


def turn_by_batch(browser: Browser, items: Sequence[int], ledger: Ledger) -> Step:
    """Return a step that marks all the items sold out, then available, and so on.

    One person alone may do so with these items, or what they send would change nothing.
    """
    actions = cycle(["sold_out", "available"])
    turned = [Turned(item) for item in items]
    action = next(actions)

    def step() -> None:
        nonlocal action
        sent = [("action", action), *(("rowid", item) for item in items)]
        if _write(ledger, turned, lambda: browser.post(f"{_ITEMS}/action/", sent)):
            action = next(actions)

    return step


def create(browser: Browser, section: int, ledger: Ledger, prefix: str) -> Step:
    """Return a step that adds a dish to a section; the prefix is this person's alone."""
    names: Iterator[str] = (f"{prefix} {number}" for number in count(1))
    path = f"{_ITEMS}/new/?section={section}"

    def step() -> None:
        shown = _fields(browser, path, ledger)
        if shown is None:
            return
        name = next(names)
        _write(ledger, [Created(name)], lambda: browser.post(path, shown | {"name": name}))

    return step


def read(browser: Browser, paths: Sequence[str], ledger: Ledger) -> Step:
    """Return a step that opens the next of these pages."""
    following = cycle(paths)

    def step() -> None:
        try:
            ledger.note("read", browser.get(next(following)))
        except NoAnswer:
            ledger.leave_open("a page")
            time.sleep(_PAUSE)

    return step
