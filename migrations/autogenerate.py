"""What `flask db migrate` and `flask db check` compare, and how they write it down."""

from __future__ import annotations

from typing import Any, Literal

import click
from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlalchemy import TypeDecorator


def _render_item(kind: str, item: Any, _autogenerating: AutogenContext) -> str | Literal[False]:
    """Write a type of ours as the type below it: a migration must not change with the models."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def _drop_empty(_migrating: MigrationContext, _revision: Any, scripts: list[MigrationScript]) -> None:
    """Write no script when models and database agree."""
    comparing = getattr(context.config.cmd_opts, "autogenerate", False)
    if comparing and scripts[0].upgrade_ops is not None and scripts[0].upgrade_ops.is_empty():
        scripts.clear()
        click.echo("The database is as the models say; there is nothing to migrate.", err=True)


OPTIONS: dict[str, Any] = {
    "compare_type": True,
    "compare_server_default": True,
    "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
    "render_item": _render_item,
    "process_revision_directives": _drop_empty,
}
