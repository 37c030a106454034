"""What the home page calls attention to: one module a subject, each of its lines registered here once.

A line is shown to whoever holds its grant; the most urgent comes first, and of two that are equally
urgent the one that stands first below.
"""

from app.admin.attention.installation import REFUSED, WITHOUT_OWNER
from app.admin.attention.invitations import WAITING
from app.admin.attention.items import CAME_BACK, SOLD_OUT, WITHOUT_PRICE
from app.admin.attention.line import Desk, Line, Urgency, Way
from app.admin.attention.looking import Matter, look
from app.admin.attention.menus import EMPTY_SECTIONS, WITHOUT_SECTIONS

LINES: tuple[Line, ...] = (
    WITHOUT_OWNER,
    REFUSED,
    WITHOUT_PRICE,
    EMPTY_SECTIONS,
    WITHOUT_SECTIONS,
    SOLD_OUT,
    WAITING,
    CAME_BACK,
)

__all__ = ["LINES", "Desk", "Line", "Matter", "Urgency", "Way", "look"]
