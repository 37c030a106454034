"""History: who created, changed, deleted or restored what, and when.

What happens to existing rows: they stay as they are; their history begins with their next change.
Going back forgets the history, and with it the means to undo; the rows stay.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "history"
down_revision = "memberships"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restaurant_id", sa.Integer(), nullable=True),
        sa.Column("menu_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=254), nullable=False),
        sa.Column("fields", sa.String(length=250), server_default="", nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("act", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("by_role", sa.String(length=20), server_default="", nullable=False),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "verb IN ('created', 'changed', 'deleted', 'restored')", name=op.f("ck_change_known_verb")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_change_by_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_change_act_change_id"), "change", ["act", "id"])
    op.create_index(op.f("ix_change_by_id_change_act"), "change", ["by_id", "act"])
    op.create_index(op.f("ix_change_kind_change_row_id_change_id"), "change", ["kind", "row_id", "id"])
    op.create_index(op.f("ix_change_menu_id_change_act"), "change", ["menu_id", "act"])
    op.create_index(
        op.f("ix_change_restaurant_id_change_act_change_kind"), "change", ["restaurant_id", "act", "kind"]
    )
    op.create_index(
        op.f("ix_change_undoes"),
        "change",
        ["undoes"],
        sqlite_where=sa.text("undoes IS NOT NULL"),
        postgresql_where=sa.text("undoes IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("change")
