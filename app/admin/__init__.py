"""Edge: the back office, Flask-Admin's views over Carte's models."""

from __future__ import annotations

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme
from flask_babel import lazy_gettext

from app import current
from app.admin import gate, menu
from app.admin.views import VIEWS
from app.admin.views.account import AccountView
from app.admin.views.finding import FindView
from app.admin.views.home import HomeView
from app.admin.views.kitchen import KitchenView
from app.admin.views.roles import RolesView
from app.admin.views.saved_views import SavedViewsView
from app.admin.views.style import StyleView
from app.extensions import db


def init_app(app: Flask) -> None:
    """Build the admin anew for this application: a view that serves two would remember the last."""
    gate.init_app(app)
    home = HomeView(name=lazy_gettext("Home"), url="/admin", endpoint="admin", **menu.place("admin"))
    # Flask-Admin's own scripts and styles, 21 MB of them, are not served: no template uses them.
    home.static_folder = None
    theme = Bootstrap4Theme(base_template="backoffice/base.html")
    admin = Admin(app, name="Carte", index_view=home, theme=theme)
    for group in menu.GROUPS:
        admin.add_category(group)
    admin.add_view(KitchenView(name=lazy_gettext("Kitchen"), endpoint="kitchen", **menu.place("kitchen")))
    for model, view, name, endpoint in VIEWS:
        admin.add_view(view(model, db, name=name, endpoint=endpoint, **menu.place(endpoint)))
    admin.add_view(RolesView(name=lazy_gettext("Roles"), endpoint="roles", **menu.place("roles")))
    admin.add_view(SavedViewsView(name=lazy_gettext("Saved views"), url="/admin/views", endpoint="views"))
    admin.add_view(AccountView(name=lazy_gettext("My account"), endpoint="account"))
    admin.add_view(FindView(name=lazy_gettext("Find anything"), endpoint="finding", url="/admin/find"))
    if current.settings(app).development:
        admin.add_view(StyleView(name=lazy_gettext("Style guide"), endpoint="style"))
