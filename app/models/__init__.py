"""The tables, as typed SQLAlchemy classes; importing this package maps all of them."""

from app.models.audit import AuditEntry
from app.models.base import Base, TenantOwned
from app.models.fixtures import FixtureRow
from app.models.history import Change
from app.models.memberships import Invitation, Membership
from app.models.menus import Menu, MenuItem, Section
from app.models.people import Identity, User, UserSession
from app.models.restaurants import Restaurant
from app.models.saved_views import DefaultView, SavedView

#: Every class whose rows belong to one restaurant, the restaurant itself first.
TENANT_CLASSES: tuple[type[Base], ...] = (
    Restaurant,
    Menu,
    Section,
    MenuItem,
    Membership,
    Invitation,
    FixtureRow,
    SavedView,
    DefaultView,
    Change,
    AuditEntry,
)

__all__ = [
    "TENANT_CLASSES",
    "AuditEntry",
    "Base",
    "Change",
    "DefaultView",
    "FixtureRow",
    "Identity",
    "Invitation",
    "Membership",
    "Menu",
    "MenuItem",
    "Restaurant",
    "SavedView",
    "Section",
    "TenantOwned",
    "User",
    "UserSession",
]
