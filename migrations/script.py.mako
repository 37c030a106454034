"""${message.strip().rstrip(".").capitalize() if message else "What changes for the people"}.

What happens to existing rows: nothing.
"""

# Before this is committed: the line above tells the truth; a running old version can work with the
# new schema (first add, deploy, then remove); an index of a table that is in use is built with
# postgresql_concurrently=True inside op.get_context().autocommit_block(), in a revision that does
# nothing else. docs/migrations.md, “Write a safe revision”, has examples.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
