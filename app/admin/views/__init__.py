"""The views of the back office, one file each; the list below is all there is."""

from flask_babel import lazy_gettext

from app.admin.base import BackOfficeView
from app.admin.views.audit import AuditView
from app.admin.views.history import HistoryView
from app.admin.views.items import ItemView
from app.admin.views.menus import MenuView
from app.admin.views.people import PeopleView
from app.admin.views.restaurants import RestaurantView
from app.admin.views.sections import SectionView
from app.admin.views.users import UserView
from app.models import (
    AuditEntry,
    Base,
    Change,
    DefaultView,
    FixtureRow,
    Identity,
    Invitation,
    Membership,
    Menu,
    MenuItem,
    Restaurant,
    SavedView,
    Section,
    User,
    UserSession,
)

#: Model, view, name in the menu; the URL is the endpoint: /admin/items/.
VIEWS: tuple[tuple[type[Base], type[BackOfficeView], str, str], ...] = (
    (Restaurant, RestaurantView, lazy_gettext("Restaurants"), "restaurants"),
    (Menu, MenuView, lazy_gettext("Menus"), "menus"),
    (Section, SectionView, lazy_gettext("Sections"), "sections"),
    (MenuItem, ItemView, lazy_gettext("Items"), "items"),
    (Change, HistoryView, lazy_gettext("History"), "history"),
    (Membership, PeopleView, lazy_gettext("People"), "people"),
    (User, UserView, lazy_gettext("Users"), "users"),
    (AuditEntry, AuditView, lazy_gettext("Audit"), "audit"),
)

#: Tables without a view of their own, each with its reason.
WITHOUT_VIEW: dict[type[Base], str] = {
    Identity: "shown with its user",
    UserSession: "ended by signing out or by disabling the user",
    Invitation: "made, listed, sent again and taken back in People and in Users",
    FixtureRow: "the loader's own notes",
    SavedView: "saved, changed and deleted from the list that they show",
    DefaultView: "chosen together with a view",
}
