"""Carte under fire: one application on one database, put back after each request that changed it."""

from __future__ import annotations

import traceback
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Flask, got_request_exception
from sqlalchemy import select

from app import create_app, tenancy
from app.admin.views import VIEWS
from app.domain.changes import facts_in
from app.domain.roles import Role
from app.extensions import db
from app.models import Restaurant
from app.services import inviting, signatures
from tests.fuzz import living, store, verdict
from tests.fuzz.asking import NOBODY, Asking, Browser, send
from tests.fuzz.oracle import Known, allowed
from tests.fuzz.surface import Surface, discover, learn, provoking
from tests.support import browsing, running
from tests.support.aging import age_sessions

DEVELOPMENT_TOKEN = "sesame"
PEOPLE = ("ada", "olga", "mia", "sam", "vic", "stan", NOBODY)

#: Who sees all there is, who sees the smaller forms, and who sees the doors.
WALKERS = ("ada", "sam", NOBODY)

#: A provider that nobody answers for: what is asked of it fails at once.
_NOWHERE = "https://127.0.0.1:9"
_SETTINGS = {
    "CARTE_DEV_LOGIN_TOKEN": DEVELOPMENT_TOKEN,
    "GOOGLE_OAUTH_CLIENT_ID": "carte",
    "GOOGLE_OAUTH_CLIENT_SECRET": "secret",
    "GOOGLE_ISSUER": _NOWHERE,
    "GITHUB_OAUTH_CLIENT_ID": "carte",
    "GITHUB_OAUTH_CLIENT_SECRET": "secret",
    "GITHUB_URL": _NOWHERE,
    "GITHUB_API_URL": _NOWHERE,
    "OIDC_CLIENT_ID": "carte",
    "OIDC_CLIENT_SECRET": "secret",
    "OIDC_ISSUER": _NOWHERE,
}

#: Read after each change, since what was stored must not break whoever reads it next.
_READERS = ("/", "/admin/", "/restaurant/JSON")


class Target:
    """Sends requests and judges the answers."""

    def __init__(self, url: str) -> None:
        self.app = make_app(url)
        self.sent: Counter[int] = Counter()
        self.routes: Counter[str] = Counter()
        self.faults: list[str] = []
        got_request_exception.connect(self._note, self.app)
        self.browsers = {person: _browser(self.app, person) for person in PEOPLE}
        #: Ada's other browser, which no request signs out.
        self._onlooker = _browser(self.app, "ada")
        self.invitation = self._invite()
        with self.app.app_context():
            # However long the walk takes, nobody's sign-in is too old for what asks for a recent one.
            with tenancy.unscoped(db.session(), tenancy.Reason.COMMAND_LINE):
                age_sessions(db.session(), minutes=-24 * 60)
            db.session.remove()
        self._live(url)
        self.store = store.open_store(url)
        self.before = self.store.digests()
        self._texts = store.texts(self.store)
        self._rows = {name: self.store.rows(name) for name in self.before}
        self.known = self._known()
        doors = ["/admin/", "/", "/login", "/welcome", f"/login/development?token={DEVELOPMENT_TOKEN}"]
        doors += [f"/invitations/{self.invitation}", "/restaurant/JSON", "/healthz"]
        self.surface: Surface = discover(
            self.app, {person: self.browsers[person] for person in WALKERS}, doors
        )
        self._provoke()

    def close(self) -> None:
        self.store.close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def check(self, asking: Asking) -> None:
        """Send the request; fail unless the answer is right and nothing of a refused one was written."""
        wrong = self.wrong(asking)
        assert not wrong, wrong

    def check_all(self, askings: Iterable[Asking]) -> None:
        """Send all of them and say everything that is wrong."""
        wrong = [found for asking in askings if (found := self.wrong(asking))]
        assert not wrong, f"{len(wrong)} answers are wrong:\n" + "\n\n".join(wrong[:40])

    def wrong(self, asking: Asking) -> str:
        """Return what is wrong with the answer to a request, and with what it left; blank for nothing."""
        self.faults.clear()
        expected = allowed(self.app, self.known, asking)
        with send(self.app, asking, self.browsers[asking.person]) as answer:
            status = answer.status_code
            wrong = [*verdict.faults(answer, asking)]
            body = answer.data[:3000] if wrong or status not in expected else b""
        self.sent[status] += 1
        if status not in expected:
            wrong.append(f"status {status} instead of {sorted(expected)}")
        wrong += self._changes(asking, status)
        if not wrong and not self.faults:
            return ""
        return "\n".join([repr(asking)[:3000], *wrong, *self.faults, body.decode("utf-8", "replace")[:1500]])

    def _changes(self, asking: Asking, status: int) -> list[str]:
        after = self.store.digests()
        changed = sorted(
            name for name in after.keys() | self.before if after.get(name) != self.before.get(name)
        )
        if not changed:
            return []
        refused = status >= 400 or asking.method not in {"POST", "PUT", "PATCH", "DELETE"}
        wrong = [f"{status} and yet changed: {changed}"] if refused else self._spoiled(changed)
        self.store.restore()
        return wrong

    def _spoiled(self, changed: list[str]) -> list[str]:
        """Return what an accepted request left that cannot stay: rows that no page shows, untidy text."""
        wrong = [f"points nowhere: {row}" for row in self.store.broken()]
        wrong += [
            f"untidy text in {table}.{name}: {text[:80]!r}"
            for table, name, text in store.texts(self.store) - self._texts
            # The names in this column stand between blanks, so that one of them can be looked for.
            if (table, name) != ("change", "fields") and _untidy(text)
        ]
        for target in [*_READERS, *self._pages_of(changed)]:
            with send(self.app, Asking("GET", target), self._onlooker) as answer:
                if answer.status_code >= 400:
                    wrong.append(f"afterwards {target} answers {answer.status_code}")
        return wrong

    def _pages_of(self, changed: list[str]) -> list[str]:
        """Return the pages that show rows of these tables: lists, files, what guests read, the act."""
        views = [endpoint for model, _, _, endpoint in VIEWS if model.__tablename__ in changed]
        rows = {
            name: [row for row in self.store.rows(name) if row not in self._rows.get(name, [])]
            for name in changed
        }
        lines = rows.pop("change", [])
        places = {
            row.get("restaurant_id", row["id"] if "currency" in row else None)
            for each in rows.values()
            for row in each
        }
        pages = [f"/restaurant/{place}/menu/{end}" for place in places if place for end in ("", "JSON")]
        pages += [f"/admin/history/acts/{UUID(act)}/" for act in {str(line["act"]) for line in lines}]
        # The whole history as a file takes too long to read it after each change; of one row it is as good.
        about = {"history": f"?flt1_about_is={lines[0]['kind']}-{lines[0]['row_id']}"} if lines else {}
        return pages + [
            f"/admin/{view}/{end}{about.get(view, '') if end else ''}"
            for view in views
            for end in ("", "export/csv/", "export/xlsx/")
        ]

    def _live(self, url: str) -> None:
        reading = store.open_store(url)

        def do(asking: Asking) -> None:
            with send(self.app, asking, self.browsers[asking.person]) as answer:
                assert answer.status_code in {200, 302}, (asking, answer.status_code, answer.text)

        living.live(reading.rows, do)
        reading.close()

    def _provoke(self) -> None:
        """Send each form, as it stands and as nobody means it: the answers have forms of their own."""
        for person, form in list(self.surface.forms):
            for asking in provoking(person, form):
                with send(self.app, asking, self.browsers[person]) as answer:
                    if answer.mimetype == "text/html" and answer.status_code in {200, 409, 422}:
                        learn(self.app, self.surface, person, answer.text, asking.target)
                if self.store.digests() != self.before:
                    self.store.restore()

    def _invite(self) -> str:
        with self.app.app_context():
            session = db.session()
            signatures.sign(session, by=None, at=datetime.now(UTC))
            with tenancy.unscoped(session, tenancy.Reason.COMMAND_LINE):
                place = session.scalars(select(Restaurant).order_by(Restaurant.id)).first()
                _row, token = inviting.invite(
                    session,
                    email="new@example.com",
                    role=Role.STAFF,
                    restaurant=place,
                    by=None,
                    at=datetime.now(UTC),
                )
                session.commit()
        return token

    def _known(self) -> Known:
        versions = {
            # What nobody edits, as the audit, has no version.
            endpoint: {row["id"]: row.get("version", 1) for row in self.store.rows(str(model.__tablename__))}
            for model, _, _, endpoint in VIEWS
        }
        lines = self.store.rows("change")
        facts = {
            line["id"]: frozenset(facts_in(line["fields"].split()))
            if line["verb"] == "changed"
            else frozenset()
            for line in lines
        }
        acts = frozenset(str(UUID(str(line["act"]))) for line in lines)
        return Known(
            versions, frozenset({self.invitation}), DEVELOPMENT_TOKEN, frozenset(PEOPLE[:-1]), acts, facts
        )

    def _note(self, _app: Flask, exception: BaseException, **_extra: Any) -> None:
        self.faults.append("".join(traceback.format_exception(exception)[-12:]))


def make_app(url: str) -> Flask:
    """Build Carte on this database with every provider, a fault being the page that people would get."""
    app = create_app(running.settings(url, **_SETTINGS))
    app.test_client_class = browsing.Client
    return app


def _browser(app: Flask, person: str) -> Browser:
    client = app.test_client() if person == NOBODY else browsing.sign_in(app, person)
    token = browsing.csrf_token(client)
    cookie = client.get_cookie("carte")
    assert cookie is not None
    return Browser(f"carte={cookie.value}", token)


def _untidy(text: str) -> bool:
    if unicodedata.normalize("NFC", text) != text or text != text.strip():
        return True
    return any(unicodedata.category(each) in {"Cc", "Cs"} and each not in "\n\t" for each in text)
