"""Traces that the audit asks for when a request is refused: what it was about, whether it was made up."""

from __future__ import annotations

from flask import g


def suspect() -> None:
    """Remember that this request names what no page of ours offers; its refusal is one for the audit."""
    g.carte_suspect = True


def is_suspect() -> bool:
    """Tell whether this request named what no page of ours offers."""
    return "carte_suspect" in g


def is_about(restaurant_id: int | None) -> None:
    """Remember of which restaurant is what this request asks for, once that is known."""
    g.carte_about = restaurant_id


def about() -> int | None:
    """Return of which restaurant is what was asked for; None where that was never known."""
    place: int | None = g.get("carte_about")
    return place
