"""Access: the audit, what people choose for themselves, when an invitation was mailed.

What happens to existing rows: people have chosen neither language nor clock yet, and no invitation was
mailed. The audit begins empty. Going back forgets it, and with it who came in and who was refused.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "access"
down_revision = "history"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restaurant_id", sa.Integer(), nullable=True),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("by_role", sa.String(length=20), server_default="", nullable=False),
        sa.Column("subject", sa.String(length=254), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=250), server_default="", nullable=False),
        sa.Column("provider", sa.String(length=40), server_default="", nullable=False),
        sa.Column("address", sa.String(length=45), server_default="", nullable=False),
        sa.Column("act", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_audit_by_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_restaurant_id_audit_id"), "audit", ["restaurant_id", "id"])
    op.create_index(op.f("ix_audit_by_id_audit_id"), "audit", ["by_id", "id"])
    op.create_index(op.f("ix_audit_event_audit_id"), "audit", ["event", "id"])
    # Native on both databases: a batch would copy the table, and with it lose what it does not know.
    op.add_column("user", sa.Column("language", sa.String(length=35), server_default="", nullable=False))
    op.add_column("user", sa.Column("time_zone", sa.String(length=64), server_default="", nullable=False))
    op.add_column("invitation", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("invitation", "mailed_at")
    op.drop_column("user", "time_zone")
    op.drop_column("user", "language")
    op.drop_table("audit")
