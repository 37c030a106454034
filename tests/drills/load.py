"""People at work over real HTTP: browsers of the cast, a ledger of what they were told, a crowd of threads.

A write counts as acknowledged once its answer has arrived (200 or 302). One without any answer is
left open: the server may have done it, or not.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.support.pages import Page

#: Seconds that a browser waits for an answer: longer than Carte lets anything take.
PATIENCE = 40


class NoAnswer(Exception):
    """The connection was refused, or ended before the answer was whole."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said, and after how many seconds."""

    status: int
    text: str
    headers: Mapping[str, str]
    seconds: float

    @property
    def good(self) -> bool:
        return self.status in {200, 302}

    @property
    def page(self) -> Page:
        return Page(self.text)

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Browser:
    """One browser, at one address, with its cookie as the sign-in left it; a connection for each request.

    It never takes another cookie, so that the flashes it does not read do not pile up in it.
    """

    def __init__(self, base: str) -> None:
        #: The address of the server; may be set anew after a restart elsewhere.
        self.base = base
        self.cookie = ""
        self.token = ""

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page; raises NoAnswer."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, form: Mapping[str, Any] | Sequence[tuple[str, Any]], **headers: str) -> Answer:
        """Send a form with the token of this browser; raises NoAnswer."""
        pairs = [*(form.items() if isinstance(form, Mapping) else form), ("csrf_token", self.token)]
        return self._ask("POST", path, urlencode(pairs), headers)

    def keep(self, answer: Answer) -> None:
        """Take the cookie and the CSRF token of an answer."""
        for name, morsel in SimpleCookie(answer.headers.get("Set-Cookie", "")).items():
            self.cookie = f"{name}={morsel.value}"
        token = re.search(r'name="csrf-token" content="([^"]+)"', answer.text)
        self.token = token[1] if token else self.token

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(self.base)
        connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=PATIENCE)
        sent = {"Host": parts.netloc, "Accept-Language": "en", "Accept": "text/html", "Connection": "close"}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if self.cookie:
            sent["Cookie"] = self.cookie
        began = time.monotonic()
        try:
            connection.request(method, path, body, sent | dict(headers))
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(str(error)) from error
        finally:
            connection.close()
        return Answer(answer.status, text, answer.headers, time.monotonic() - began)


def sign_in(link: str, key: str) -> Browser:
    """Return the browser of one of the cast, who came through the development sign-in's printed link."""
    address, _, query = link.partition("?")
    parts = urlsplit(address)
    browser = Browser(f"{parts.scheme}://{parts.netloc}")
    page = browser.get(f"{parts.path}?{query}")
    browser.keep(page)
    hidden = dict(re.findall(r'name="(token)" value="([^"]+)"', page.text))
    answer = browser.post(parts.path, {**hidden, "person": key})
    assert answer.status == 302, f"{key} was not signed in: {answer.status}"
    # The sign-in begins a session anew: the next page makes its token, and the cookie keeps it.
    browser.keep(answer)
    browser.keep(browser.get("/admin/"))
    assert browser.token
    return browser


@dataclass
class Ledger:
    """What many people asked for and what they were told; safe to write from every thread."""

    statuses: Counter[int] = field(default_factory=Counter)
    #: Seconds of each good answer, by kind: "read", "write".
    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: list[Any] = field(default_factory=list)
    unanswered: list[Any] = field(default_factory=list)
    #: What was not written, and said so.
    refusals: list[Answer] = field(default_factory=list)
    #: The beginning of each answer with a status of 500 or more, but for 503 where that is `allowed`.
    faults: list[str] = field(default_factory=list)
    allowed: frozenset[int] = frozenset()
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def note(self, kind: str, answer: Answer) -> Answer:
        """Count an answer, and take its time if it is a good one."""
        with self._lock:
            self.statuses[answer.status] += 1
            if answer.good:
                self.seconds[kind].append(answer.seconds)
            if answer.status in {409, 503}:
                self.refusals.append(answer)
            if answer.status >= 500 and answer.status not in self.allowed:
                self.faults.append(f"{answer.status} after {answer.seconds:.1f} s: {answer.text[:2000]}")
        return answer

    def acknowledge(self, *written: Hashable) -> None:
        """Keep what the server has said to be written."""
        with self._lock:
            self.acknowledged.extend(written)

    def leave_open(self, *written: Hashable) -> None:
        """Keep what may be written or not: no answer came."""
        with self._lock:
            self.unanswered.extend(written)

    def slowest(self, kind: str) -> str:
        """Return the longest time of a good answer, as a figure says it: `1200 ms`."""
        return f"{max(self.seconds[kind], default=0) * 1000:.0f} ms"

    def p(self, percent: int, kind: str) -> str:
        """Return a percentile of the times of good answers, as a figure says it: `12 ms`."""
        return percentile(self.seconds[kind], percent)


def percentile(seconds: Sequence[float], percent: int) -> str:
    """Return the percentile in whole milliseconds, `12 ms`; of nothing, `- ms`."""
    if not seconds:
        return "- ms"
    cuts = quantiles(seconds if len(seconds) > 1 else [*seconds, *seconds], n=100, method="inclusive")
    return f"{cuts[percent - 1] * 1000:.0f} ms"


#: One thing that a person does over and over.
Step = Callable[[], None]

#: Something that is waited for.
Condition = Callable[[], bool]


class Crowd:
    """Threads that each repeat one step, until told to stop or until one of them fails."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.stop = threading.Event()
        self._go = threading.Event()
        self._go.set()
        self.failures: list[BaseException] = []
        self._threads = [threading.Thread(target=self._work, args=(step,), daemon=True) for step in steps]

    def _work(self, step: Step) -> None:
        try:
            while not self.stop.is_set():
                step()
                self._go.wait()
        except BaseException as failure:  # noqa: BLE001 -- raised again where the crowd was started
            self.failures.append(failure)
            self.stop.set()

    def work_for(self, seconds: float) -> None:
        """Let them work so long; less when one of them fails."""
        self.stop.wait(seconds)

    def until(self, happened: Condition, seconds: float) -> bool:
        """Let them work until this has happened; False when it has not within these seconds."""
        end = time.monotonic() + seconds
        while not (done := happened()) and time.monotonic() < end and not self.stop.wait(0.02):
            pass
        return done

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Let nobody begin anything new while the block runs."""
        self._go.clear()
        try:
            yield
        finally:
            self._go.set()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Stop everybody and wait for their last answers; raises what one of them failed with."""
        self.stop.set()
        self._go.set()
        end = time.monotonic() + PATIENCE + 5
        for thread in self._threads:
            thread.join(max(0, end - time.monotonic()))
        if self.failures:
            raise self.failures[0]
        assert not any(thread.is_alive() for thread in self._threads), "somebody still waits for an answer"


@contextmanager
def at_work(steps: Sequence[Step]) -> Iterator[Crowd]:
    """Have each step repeated by a thread of its own while the block runs."""
    crowd = Crowd(steps)
    crowd.start()
    try:
        yield crowd
    finally:
        crowd.end()


def figure(drill: str, url: str, **values: Any) -> str:
    """Return a drill's line: `hot_rows sqlite: writers=8 lost=0 p50=12 ms`."""
    database = "sqlite" if url.startswith("sqlite") else "postgresql"
    return f"{drill} {database}: " + " ".join(f"{name}={value}" for name, value in values.items())
