"""User table: people, the accounts that sign them in, their sessions; who marked an item sold out.

What happens to existing rows: every item stays; nobody is named as having marked it sold out.
Going back forgets the people, and who marked what; the items stay.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "people"
down_revision = "menus"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("administrator_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_user_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_user_name_user_id"), "user", ["name", "id"])

    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=250), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=254), server_default="", nullable=False),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_identity_user_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_identity_email"), "identity", ["email"])
    op.create_index(op.f("ix_identity_user_id"), "identity", ["user_id"])

    op.create_table(
        "user_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("user_agent", sa.String(length=250), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_user_session_user_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"])

    # SQLite cannot add a foreign key to a table; batch mode copies the table with it.
    with op.batch_alter_table("menu_item") as batch_op:
        batch_op.add_column(sa.Column("sold_out_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_menu_item_sold_out_by_id_user"),
            "user",
            ["sold_out_by_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_index(batch_op.f("ix_menu_item_sold_out_by_id"), ["sold_out_by_id"])


def downgrade() -> None:
    with op.batch_alter_table("menu_item") as batch_op:
        batch_op.drop_index(batch_op.f("ix_menu_item_sold_out_by_id"))
        batch_op.drop_constraint(batch_op.f("fk_menu_item_sold_out_by_id_user"), type_="foreignkey")
        batch_op.drop_column("sold_out_by_id")
    op.drop_table("user_session")
    op.drop_table("identity")
    op.drop_table("user")
