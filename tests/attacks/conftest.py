"""What the attacks share with the tests of the back office."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.support.rows import Rows


@pytest.fixture
def rows(session: Session) -> Rows:
    """The rows of the sample data, by name."""
    return Rows(session)
