"""The provider of these tests: started once, without people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.sign_in.dancing import OpenIDProvider, running_provider

CALLBACKS = [f"http://localhost/login/{name}/authorized" for name in ("google", "oidc")]


@pytest.fixture(scope="session")
def _provider() -> Iterator[OpenIDProvider]:
    with running_provider(*CALLBACKS) as provider:
        yield provider


@pytest.fixture
def provider(_provider: OpenIDProvider) -> OpenIDProvider:
    """A provider at which Anna has a verified address, and others have less."""
    _provider.account("anna-1", email="Anna@Example.com", email_verified=True, name="Anna Adams")
    _provider.account("bert-2", email="bert@example.com", email_verified=True, name="Bert Baker")
    _provider.account("unverified", email="anna@example.com", email_verified=False, name="Not Anna")
    _provider.account("text", email="anna@example.com", email_verified="false", name="Not Anna")
    _provider.account("yes", email="anna@example.com", email_verified="true", name="Not Anna")
    _provider.account("blank")
    return _provider
