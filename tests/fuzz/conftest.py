"""One Carte on each kind of database for all of these tests; each request finds the same rows."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from tests.fuzz.asking import Asking
from tests.fuzz.target import Target
from tests.support import filling
from tests.support.databases import Databases


@pytest.fixture(scope="package", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """Carte with the sample data, every provider and an open invitation."""
    made: Databases = request.getfixturevalue(f"{request.param}_databases")
    url = made.copy(filling.load_samples)
    opened = Target(url)
    yield opened
    if request.config.getoption("--fuzz-examples"):
        counts = dict(sorted(opened.sent.items()))
        sys.stderr.write(f"\n{request.param}: {opened.sent.total()} requests, answered with {counts}\n")
    opened.close()
    made.drop(url)


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of refused sign-ins are what is wanted here, not what somebody should read."""
    monkeypatch.setattr(logging.getLogger("carte.audit"), "disabled", True)


@pytest.fixture
def examples(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """`examples(200)`: how many requests a test sends, unless `--fuzz-examples` says another number."""
    asked: int | None = request.config.getoption("--fuzz-examples")
    return lambda usual: asked or usual


@pytest.fixture
def fuzz(
    request: pytest.FixtureRequest, target: Target, examples: Callable[[int], int]
) -> Callable[[SearchStrategy[Asking], int], None]:
    """`fuzz(requests, 200)` sends that many and shrinks the first that is answered wrongly.

    The same ones in each run; others with `--hypothesis-seed`.
    """
    chosen = request.config.getoption("--hypothesis-seed")

    def run(requests: SearchStrategy[Asking], usual: int) -> None:
        @settings(
            max_examples=examples(usual),
            deadline=None,
            derandomize=chosen is None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(requests)
        def sends(asking: Asking) -> None:
            target.check(asking)

        (sends if chosen is None else seed(chosen)(sends))()

    return run
