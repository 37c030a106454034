from __future__ import annotations

import time


def test_healthy(client):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok"}


def test_a_database_that_is_gone(make_app, unreachable):
    began = time.monotonic()
    answer = make_app(DATABASE_URL=unreachable).test_client().get("/healthz")

    assert answer.status_code == 503
    assert answer.json["status"] == "unavailable"
    assert time.monotonic() - began < 60, "a probe must not hang"
