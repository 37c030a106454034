"""What the filters of the lists choose among: the rows that their reader may read."""

from app.admin.base import Relation
from app.domain.roles import Action
from app.models import Menu, Restaurant, Section

RESTAURANTS = Relation("restaurant", Restaurant, Action.READ)
MENUS = Relation("menu", Menu, Action.READ, ("restaurant",))
SECTIONS = Relation("section", Section, Action.READ, ("menu", "restaurant"))
