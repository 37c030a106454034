"""Whether this process can do its work, for probes and for bin/run."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.web.errors import RETRY_SECONDS

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int] | tuple[Response, int, dict[str, str]]:
    """Answer 200 when the database does, else 503; asks a plain connection, which needs no scope."""
    try:
        with db.engine.connect() as connection:
            connection.scalar(select(1))
    except SQLAlchemyError:
        return jsonify(status="unavailable", database="unreachable"), 503, {"Retry-After": str(RETRY_SECONDS)}
    return jsonify(status="ok", database="ok"), 200
