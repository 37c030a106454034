"""Edge: sign-in, public pages, health, errors, and what every template knows."""

from __future__ import annotations

from flask import Flask

from app.web import (
    assets,
    auditing,
    bodies,
    compressing,
    conditions,
    cookies,
    errors,
    headers,
    health,
    hosts,
    original,
    public,
    shell,
    sign_in,
    theme,
)
from app.web.rows import RowId


def init_app(app: Flask) -> None:
    """Register the pages that are not the admin's."""
    app.url_map.converters["row"] = RowId
    headers.init_app(app)
    compressing.init_app(app, assets.is_lasting)
    cookies.init_app(app)
    hosts.init_app(app)
    bodies.init_app(app)
    conditions.init_app(app)
    assets.init_app(app)
    shell.init_app(app)
    theme.init_app(app)
    errors.init_app(app)
    auditing.init_app(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(public.blueprint)
    app.register_blueprint(original.blueprint)
    sign_in.init_app(app)
