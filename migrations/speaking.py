"""What a migration says while it runs: each step and each difference, a line each."""

from __future__ import annotations

import logging

import click


class _ToStderr(logging.Handler):
    """Writes to the stderr of the moment; stdout belongs to `--sql` and `history`."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("alembic.autogenerate") or record.msg.startswith("Running"):
            click.echo(record.getMessage(), err=True)


_HANDLER = _ToStderr()


def begin() -> None:
    """Let Alembic be heard; a second call changes nothing."""
    logger = logging.getLogger("alembic")
    logger.addHandler(_HANDLER)
    logger.setLevel(logging.INFO)
    logger.propagate = False
