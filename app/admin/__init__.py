"""Edge: the back office, Flask-Admin's views over Carte's models."""

from __future__ import annotations

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme

from app.admin import gate
from app.admin.views import VIEWS
from app.admin.views.account import AccountView
from app.admin.views.home import HomeView
from app.admin.views.kitchen import KitchenView
from app.admin.views.roles import RolesView
from app.extensions import db


def init_app(app: Flask) -> None:
    """Build the admin anew for this application: a view that serves two would remember the last."""
    gate.init_app(app)
    home = HomeView(name="Home", url="/admin", endpoint="admin")
    # Flask-Admin's own scripts and styles, 21 MB of them, are not served: no template uses them.
    home.static_folder = None
    theme = Bootstrap4Theme(base_template="backoffice/base.html")
    admin = Admin(app, name="Carte", index_view=home, theme=theme)
    admin.add_view(KitchenView(name="Kitchen", endpoint="kitchen"))
    for model, view, name, endpoint in VIEWS:
        admin.add_view(view(model, db, name=name, endpoint=endpoint))
    admin.add_view(RolesView(name="Roles", endpoint="roles"))
    admin.add_view(AccountView(name="My account", endpoint="account"))
