"""A page as a test reads it: its form's fields, its marks, its rows."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from werkzeug.test import TestResponse

_VOID = {"meta", "link", "input", "img", "br", "hr", "wbr"}

Attributes = dict[str, str]


class Page(HTMLParser):
    """Every element of a page, in order, with its attributes and the text within it."""

    def __init__(self, answer: TestResponse | str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, Attributes, list[str]]] = []
        self._open: list[int] = []
        self.feed(answer if isinstance(answer, str) else answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))
        if tag not in _VOID:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self.elements[self._open.pop()][0] == tag:
                break

    def handle_data(self, data: str) -> None:
        for index in self._open:
            self.elements[index][2].append(data)

    def all(self, attribute: str, tag: str | None = None) -> list[tuple[Attributes, str]]:
        """Return the attributes and the text of each element that has `attribute`."""
        return [
            (attrs, " ".join("".join(text).split()))
            for name, attrs, text in self.elements
            if attribute in attrs and tag in (None, name)
        ]

    def texts(self, attribute: str) -> dict[str, str]:
        """Return what stands in each element with `attribute`, by its value: `data-error-for`."""
        return {attrs[attribute]: text for attrs, text in self.all(attribute)}

    @property
    def ids(self) -> list[int]:
        """The rows of a list, in order."""
        return [int(attrs["data-id"]) for attrs, _ in self.all("data-id")]

    @property
    def links(self) -> list[str]:
        return [attrs["href"] for attrs, _ in self.all("href", "a")]

    @property
    def flashes(self) -> list[tuple[str, str]]:
        """What just happened, each with its level, without its button."""
        return [(attrs["data-level"], text.removesuffix(" Undo")) for attrs, text in self.all("data-level")]

    @property
    def undo(self) -> str | None:
        """Where the Undo of what just happened posts to; None where it cannot be undone."""
        paths = [attrs["action"] for attrs, _ in self.all("action", "form")]
        inside = any(text.endswith(" Undo") for _, text in self.all("data-level"))
        return next((path for path in paths if path.endswith("/reversal")), None) if inside else None

    def options(self, name: str) -> dict[str, str]:
        """Return the values and labels that the select `name` offers."""
        inside, found = False, {}
        for tag, attrs, text in self.elements:
            if tag in {"select", "form", "input", "button"}:
                inside = tag == "select" and attrs.get("name") == name
            elif inside and tag == "option" and attrs.get("value"):
                found[attrs["value"]] = "".join(text)
        return found

    def fields(self) -> dict[str, str]:
        """Return what the page's edit form would send if it were saved untouched, but for its token."""
        sent: dict[str, str] = {}
        select = ""
        for tag, attrs, text in self._form():
            name = attrs.get("name", select)
            if tag == "select":
                select, sent[name] = name, ""
            elif tag == "textarea":
                sent[name] = text.removeprefix("\r\n").removeprefix("\n")
            elif tag == "option" and "selected" in attrs:
                sent[select] = attrs["value"]
            elif tag == "input" and _is_sent(attrs):
                sent[name] = attrs.get("value", "")
        return sent

    def forms(self, action: str) -> list[dict[str, list[str]]]:
        """Return what each form that posts to `action` sends of its hidden fields, but for the token."""
        found: list[dict[str, list[str]]] = []
        inside = False
        for tag, attrs, _text in self.elements:
            if tag == "form":
                inside = attrs.get("action") == action
                if inside:
                    found.append({})
            elif inside and tag == "input" and attrs.get("type") == "hidden" and _is_sent(attrs):
                found[-1].setdefault(attrs["name"], []).append(attrs.get("value", ""))
        return found

    def _form(self) -> Iterator[tuple[str, Attributes, str]]:
        inside = False
        for tag, attrs, text in self.elements:
            if tag == "form":
                inside = "data-once" in attrs
            if inside:
                yield tag, attrs, "".join(text)


def _is_sent(attrs: Attributes) -> bool:
    if attrs.get("name", "csrf_token") == "csrf_token":
        return False
    return attrs.get("type") not in {"checkbox", "radio"} or "checked" in attrs
