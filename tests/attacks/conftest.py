"""What the attacks share; attacks.txt says which test holds which attack."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.support import contents
from tests.support.rows import Rows


@pytest.fixture
def rows(session: Session) -> Rows:
    """The rows of the sample data, by name."""
    return Rows(session)


@pytest.fixture
def sign_in(app: Flask, sign_in: Callable[..., FlaskClient]) -> Callable[..., FlaskClient]:
    """As everywhere; by asking for `app` itself, each test that signs in runs on both databases."""
    return sign_in


@pytest.fixture
def unchanged(session: Session) -> Callable[[], AbstractContextManager[None]]:
    """`with unchanged():` fails when anything of the database is other after the block than before it."""
    return partial(contents.unchanged, session)
