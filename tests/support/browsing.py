"""Requests of a test: the client that knows its host, signing in, posting a form, counting queries."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from app import tenancy
from app.extensions import db
from app.models import Identity
from app.services import signing_in

#: Run before each request, so that what a test arranged is there and what it reads next is new.
before_each_request: list[Callable[[], None]] = []


class Client(FlaskClient):
    """A browser at Carte's public address."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        for prepare in before_each_request:
            prepare()
        if args and isinstance(args[0], str):
            kwargs.setdefault("base_url", self._public_url)
        return super().open(*args, **kwargs)

    @contextmanager
    def session_transaction(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        kwargs.setdefault("base_url", self._public_url)
        with super().session_transaction(*args, **kwargs) as session:
            yield session

    @property
    def _public_url(self) -> str:
        return str(self.application.config["SETTINGS"].public_url)


def sign_in(app: Flask, key: str) -> FlaskClient:
    """Return a client in which this person of the cast is signed in."""
    for prepare in before_each_request:
        prepare()
    with app.app_context():
        session = db.session()
        with tenancy.unscoped(session, tenancy.Reason.SIGN_IN):
            known = select(Identity).where(Identity.issuer == "carte:cast", Identity.subject == key)
            user = session.scalars(known).one().user
            token = signing_in.begin(
                session, user, provider="development", user_agent="test", at=datetime.now(UTC)
            )
            session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


def csrf_token(client: FlaskClient) -> str:
    """Return a token that is valid in this client's session."""
    with client.session_transaction() as cookie:
        raw = cookie.setdefault("csrf_token", hashlib.sha1(secrets.token_bytes(64)).hexdigest())
    serializer = URLSafeTimedSerializer(str(client.application.secret_key), salt="wtf-csrf-token")
    return serializer.dumps(raw)


def post(client: FlaskClient, url: str, data: Mapping[str, Any] | None = None, **kwargs: Any) -> TestResponse:
    """Post a form as a page of ours would: with the token of the session."""
    return client.post(url, data={"csrf_token": csrf_token(client), **(data or {})}, **kwargs)


class Queries(list[str]):
    """The statements that an application sent, without transactions' own."""


@contextmanager
def query_counter(app: Flask) -> Iterator[Queries]:
    """Collect the SQL statements of the application's engine; `len()` counts them."""
    queries = Queries()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            queries.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield queries
    finally:
        event.remove(engine, "before_cursor_execute", note)
