"""The parts of the site: what is about somebody, or leads to being somebody, and what is for everybody."""

from __future__ import annotations

from app.web.sign_in import destinations

_PRIVATE = ("/admin", "/login", "/logout", "/invitations", destinations.NO_RESTAURANT)


def is_private(path: str) -> bool:
    """Tell whether what is there is kept by no cache, and whoever is refused there is written down."""
    return any(path == place or path.startswith(f"{place}/") for place in _PRIVATE)
