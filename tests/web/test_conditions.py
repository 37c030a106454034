"""What a browser says of the copy that it has."""

from __future__ import annotations

import pytest

_BEYOND = "Thu, 99 Jan 99999999999999 00:00:00 GMT"


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since", "If-Range"])
@pytest.mark.parametrize("date", [_BEYOND, "Thu, 01 Jan -99999999999999 00:00:00 GMT", "yesterday", ""])
def test_a_date_that_is_none_is_ignored(client, name, date):
    with client.get("/static/carte.css", headers={name: date, "Range": "bytes=0-9"}) as answer:
        assert answer.status_code in {200, 206}


def test_a_date_that_is_one_counts(client):
    with client.get(
        "/static/carte.css", headers={"If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT"}
    ) as answer:
        assert answer.status_code == 304
