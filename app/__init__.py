"""Carte: the back office for restaurant menus."""

from __future__ import annotations

from click import ClickException
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import admin, cli, current, database, limiting, mailing, web
from app.config import INSTANCE, SettingError, Settings
from app.extensions import babel, csrf, db, login, migrate

#: The largest request, in bytes; a form is far smaller.
MOST_BYTES = 2 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; reads the environment unless it is given its settings."""
    settings = settings or _settings()
    app = Flask(__name__, template_folder="../templates", instance_path=str(INSTANCE))
    app.config.from_mapping(_flask_config(settings))
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    db.init_app(app)
    with app.app_context():
        database.prepare(db.engine)
    # Flask-Migrate renders batches by default, which is what SQLite needs to alter a table.
    migrate.init_app(app, db, directory="migrations", compare_type=True)
    babel.init_app(app, locale_selector=current.language)
    mailing.init_app(app)
    # Templates know the person through `inject_user`; Flask-Login would look them up on error pages too.
    login.init_app(app, add_context_processor=False)

    # What is asked of each request, in this order: a known host, a whole form, its token, a person.
    web.init_app(app)
    limiting.init_app(app)
    csrf.init_app(app)
    admin.init_app(app)
    cli.init_app(app)
    return app


def _settings() -> Settings:
    try:
        return Settings.from_env()
    except SettingError as error:
        # To a `flask` command this is one line and exit code 1; anything else would be a traceback.
        raise ClickException(str(error)) from error


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(settings.database_url),
        "MAX_CONTENT_LENGTH": MOST_BYTES,
        "MAX_FORM_MEMORY_SIZE": MOST_BYTES,
        "SESSION_COOKIE_NAME": "__Host-carte" if settings.secure else "carte",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        # Strict would drop the cookie on the way back from a provider.
        "SESSION_COOKIE_SAMESITE": "Lax",
        # A form may stay open over night; its token lives as long as its session.
        "WTF_CSRF_TIME_LIMIT": None,
    }
