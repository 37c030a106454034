"""Sessions that began a while ago: what asks for a recent sign-in refuses them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import UserSession


def age_sessions(session: Session, *, minutes: float = 11) -> None:
    """Set back when each live session began, and nothing else."""
    for row in session.scalars(select(UserSession).where(UserSession.ended_at.is_(None))):
        row.created_at = datetime.now(UTC) - timedelta(minutes=minutes)
    session.commit()
