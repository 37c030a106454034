"""Each fault that an ID token can have, made by a real provider that then lies once."""

from __future__ import annotations

import pytest

from app.web.sign_in import discovery
from tests.web.sign_in.dancing import sign_in, who

pytestmark = pytest.mark.node

FAULTS = [
    "wrong nonce",
    "no nonce",
    "empty nonce",
    "wrong iss",
    "no iss",
    "iss with a slash",
    "wrong aud",
    "no aud",
    "second aud",
    "wrong azp",
    "expired",
    "no exp",
    "exp of words",
    "iat in the future",
    "no iat",
    "no sub",
    "empty sub",
    "sub of numbers",
    "wrong at_hash",
    "bad signature",
    "no signature",
    "a stranger’s key",
    "unknown kid",
    "embedded jwk",
    "embedded jwk, its own kid",
    "embedded jwk, no kid",
    "jku",
    "x5u",
    "no alg",
    "alg none",
    "alg None",
    "HS256 with the secret",
    "HS256 with the public key",
    "absent",
    "not a token",
]


@pytest.mark.parametrize("name", ["google", "oidc"])
def test_no_forged_id_token_signs_anybody_in(make_app, provider, name):
    app = make_app(**provider.settings(name.upper()))
    for fault in FAULTS:
        browser = app.test_client()
        provider.spoil(fault)

        answer = sign_in(browser, provider, "anna-1", name)

        assert answer.status_code == 400, fault
        assert "<h1>" in answer.text
        assert who(browser) is None, fault

    assert sign_in(app.test_client(), provider, "anna-1", name).status_code == 302


def test_no_key_is_fetched_from_where_a_token_says(make_app, provider):
    app = make_app(**provider.settings())
    for fault in ("jku", "x5u"):
        provider.spoil(fault)
        assert sign_in(app.test_client(), provider, "anna-1").status_code == 400

    assert "/strange-keys" not in provider.asked()


def test_an_unknown_key_is_looked_up_once_in_a_while(make_app, provider):
    app = make_app(**provider.settings())
    before = provider.asked()

    for _ in range(3):
        provider.spoil("unknown kid")
        sign_in(app.test_client(), provider, "anna-1")

    asked = provider.asked()
    for path in ("/jwks", "/.well-known/openid-configuration"):
        assert asked[path] - before.get(path, 0) == 1, path


def test_a_new_key_is_found_once_the_known_ones_are_not_brand_new(make_app, provider):
    app = make_app(**provider.settings())
    sign_in(app.test_client(), provider, "anna-1")
    directory = app.blueprints["google"]._directory
    fetched_at, keys = directory._keys
    directory._keys = (fetched_at - discovery.KEYS_AGAIN - 1, [{**key, "kid": "older"} for key in keys])

    assert sign_in(app.test_client(), provider, "anna-1").status_code == 302
