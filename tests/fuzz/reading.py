"""A page as a fuzz reads it: what leads on from it, what it asks for, and the bones of its markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import quote, urljoin, urlsplit

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_ADDRESSES = {"href", "src", "action", "formaction", "data-lookup", "data-update", "srcset", "poster", "data"}
#: What asks the server for more: the attribute of each.
_LEADING = {"a": "href", "form": "action", "link": "href", "script": "src", "img": "src"}


@dataclass(frozen=True)
class Form:
    """What a page would send: the address, its fields as they stand, percent-encoded."""

    method: str
    target: str
    fields: tuple[tuple[str, str], ...]


class Markup(HTMLParser):
    """The elements of a page in order, each with its attributes, its text and the form it is in."""

    def __init__(self, text: str, base: str = "/") -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.elements: list[tuple[str, dict[str, str], list[str], int]] = []
        self.loose: list[str] = []
        #: How many titles belong to a picture, and not to the page.
        self.captions = 0
        self._open: list[int] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        forms = [index for index in self._open if self.elements[index][0] == "form"]
        self.captions += tag == "title" and any(self.elements[index][0] == "svg" for index in self._open)
        self.elements.append((tag, {k: v or "" for k, v in attrs}, [], forms[-1] if forms else -1))
        if tag not in _VOID:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self.elements[self._open.pop()][0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for index in self._open:
            self.elements[index][2].append(data)

    def handle_comment(self, data: str) -> None:
        self.loose.append(f"<!--{data}-->")

    def unknown_decl(self, data: str) -> None:
        self.loose.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.loose.append(f"<?{data}>")

    def count(self, tag: str) -> int:
        return sum(name == tag for name, *_ in self.elements)

    def text_of(self, tag: str) -> str:
        """Return the text of the first such element."""
        return next(("".join(text).strip() for name, _, text, _ in self.elements if name == tag), "")

    def links(self) -> Iterator[str]:
        """Yield each address of ours that the page leads to or is made of."""
        for tag, attrs, _, _ in self.elements:
            found = [attrs[name] for name in (_LEADING.get(tag, ""), "data-lookup") if attrs.get(name)]
            if tag == "form" and attrs.get("method", "get").lower() != "get":
                found = []
            for address in found:
                absolute = urljoin(self.base, address)
                if not urlsplit(absolute).netloc and absolute.startswith("/"):
                    yield absolute.partition("#")[0]

    def forms(self) -> Iterator[Form]:
        """Yield each form once for each of its buttons, and each cell that is edited in place."""
        for index, (tag, attrs, _, _) in enumerate(self.elements):
            if tag == "form":
                yield from self._form(index, attrs)
        yield from self._cells()

    def _form(self, index: int, attrs: dict[str, str]) -> Iterator[Form]:
        method = attrs.get("method", "get").upper()
        action = attrs.get("action", "")
        fields, buttons = [], []
        for name, value, kind, own in self._controls(index, attrs.get("id")):
            if kind == "button":
                buttons.append((quote(name), quote(value), own or action))
            elif name != "csrf_token":
                fields.append((quote(name), quote(value)))
        plain = [button for button in buttons if not button[0]][:1]
        for name, value, leads in [*plain, *(each for each in buttons if each[0])] or [("", "", action)]:
            pressed = [(name, value)] if name else []
            yield Form(method, urljoin(self.base, leads or self.base), (*fields, *pressed))

    def _controls(self, index: int, form_id: str | None) -> Iterator[tuple[str, str, str, str]]:
        """Yield name, value, kind and own address of each control of the form; one box of each name."""
        ticked: set[str] = set()
        for position, (tag, attrs, _, form) in enumerate(self.elements):
            owned = attrs.get("form") == form_id if "form" in attrs else form == index
            if not owned or tag not in {"input", "select", "textarea", "button"}:
                continue
            name, kind = attrs.get("name", ""), attrs.get("type", tag)
            if kind == "checkbox" and name in ticked:
                continue
            ticked.add(name if kind == "checkbox" else "")
            if name or tag == "button":
                yield (
                    name,
                    self._value(position),
                    "button" if tag == "button" else kind,
                    attrs.get("formaction", ""),
                )

    def _value(self, position: int) -> str:
        tag, attrs, text, _ = self.elements[position]
        if tag == "select":
            return self._chosen(position)
        return "".join(text).removeprefix("\n") if tag == "textarea" else attrs.get("value", "")

    def _chosen(self, position: int) -> str:
        """Return the selected option of the select at `position`, else its last."""
        value = ""
        for tag, attrs, _, _ in self.elements[position + 1 :]:
            if tag == "optgroup":
                continue
            if tag != "option":
                return value
            value = attrs.get("value", "") or value
            if "selected" in attrs and attrs.get("value"):
                return attrs["value"]
        return value

    def _cells(self) -> Iterator[Form]:
        target, row = "", {}
        for tag, attrs, _, _ in self.elements:
            if "data-update" in attrs:
                target = urljoin(self.base, attrs["data-update"])
            if tag == "tr" and "data-id" in attrs:
                row = attrs
            if target and row and "data-field" in attrs and "data-typed" in attrs:
                name, typed = attrs["data-field"], attrs["data-typed"]
                fields = {"list_form_pk": row["data-id"], "row_version": row["data-version"], name: typed}
                fields[f"base-{name}"] = typed
                yield Form("POST", target, tuple((quote(k), quote(v)) for k, v in fields.items()))

    def bones(self) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
        """Return every element with its attributes' names, and where its addresses lead, without any text."""
        found: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        for tag, attrs, text, _ in self.elements:
            shown = tuple(sorted((name, _kind(name, value)) for name, value in attrs.items()))
            found.append((tag, shown))
            if tag in {"script", "style"} and "".join(text).strip():
                found.append((f"{tag} of its own", ()))
        return found + [(words, ()) for words in self.loose]


def _kind(name: str, value: str) -> str:
    """Return where an address leads, as far as markup could change it; blank for any other attribute."""
    if name not in _ADDRESSES:
        return ""
    parts = urlsplit(value)
    return f"{parts.scheme}:{'//' if parts.netloc else ''}"
