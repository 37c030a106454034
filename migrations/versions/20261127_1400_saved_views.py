"""Saved views: named ways to see a list, and which of them a list opens with.

What happens to existing rows: they stay as they are; nobody has saved a view yet, and every list opens
with all its rows. Going back forgets the views; the rows that they showed stay.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "saved_views"
down_revision = "access"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restaurant_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("list_name", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("folded_name", sa.String(length=180), nullable=False),
        sa.Column("query", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (restaurant_id IS NULL)", name=op.f("ck_saved_view_one_owner")
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_saved_view_named")),
        *(_key("saved_view", column, "user") for column in ("user_id", "created_by_id", "changed_by_id")),
        _key("saved_view", "restaurant_id", "restaurant"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        *(
            sa.UniqueConstraint(*columns, name=op.f(f"uq_saved_view_{'_'.join(columns)}"))
            for columns in (
                ("user_id", "list_name", "folded_name"),
                ("restaurant_id", "list_name", "folded_name"),
                ("id", "list_name"),
                ("id", "restaurant_id"),
            )
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "default_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restaurant_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("list_name", sa.String(length=40), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "user_id IS NOT NULL OR restaurant_id IS NOT NULL", name=op.f("ck_default_view_for_somebody")
        ),
        _key("default_view", "user_id", "user"),
        sa.ForeignKeyConstraint(
            ["view_id", "list_name"],
            ["saved_view.id", "saved_view.list_name"],
            name=op.f("fk_default_view_view_id_saved_view"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "view_id"],
            ["saved_view.restaurant_id", "saved_view.id"],
            name=op.f("fk_default_view_restaurant_id_saved_view"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_default_view")),
        sa.UniqueConstraint("user_id", "list_name", name=op.f("uq_default_view_user_id_list_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_default_view_view_id"), "default_view", ["view_id"])
    op.create_index(
        op.f("ix_default_view_restaurant_id_default_view_list_name"),
        "default_view",
        ["restaurant_id", "list_name"],
        unique=True,
        sqlite_where=sa.text("user_id IS NULL"),
        postgresql_where=sa.text("user_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("default_view")
    op.drop_table("saved_view")


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete="RESTRICT"
    )
