"""YAML as text: every scalar keeps its characters and its line, so 2.90 is exact and `no` a word."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from app.domain import text
from app.domain.documents import Fault

_LOADER: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Source:
    """One file being read, and what has been found wrong with it."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file = file
        self._faults = faults

    def fault(self, line: int, field: str, message: str) -> None:
        """Note one fault and go on reading."""
        self._faults.append(Fault(self.file, line, field, message))

    def decode(self, raw: bytes) -> str | None:
        """Return the file as text, without its byte order mark; None, with a fault, if it is not UTF-8."""
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            self.fault(
                line,
                "file",
                "This is not UTF-8 text; save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”).",
            )
            return None


class Node:
    """A place in a YAML file: a mapping, a list or a text, asked for what it should be.

    What it is not becomes a fault with line and field, and an empty answer, so that reading goes
    on and one run names everything.
    """

    def __init__(self, source: Source, field: str, node: yaml.Node) -> None:
        self.source = source
        self.field = field
        self.line: int = node.start_mark.line + 1
        self._node = node

    def fault(self, message: str, field: str | None = None) -> None:
        """Note what is wrong with this node, or with a field that it lacks."""
        self.source.fault(self.line, field or self.field, message)

    def has(self, name: str) -> bool:
        """Tell whether this is a mapping with such a field."""
        pairs = self._node.value if isinstance(self._node, yaml.MappingNode) else []
        return any(key.value == name for key, _ in pairs)

    def fields(self, known: tuple[str, ...], required: tuple[str, ...] = ()) -> dict[str, Node]:
        """Return the mapping's fields; unknown, repeated and missing ones are faults."""
        found: dict[str, Node] = {}
        for name, node in self.pairs():
            if name not in known:
                node.fault(f"This field is not known here; known are {', '.join(known)}.")
            else:
                found[name] = node
        for name in required:
            if name not in found:
                self.fault("This field is missing.", name)
        return found

    def pairs(self) -> Iterator[tuple[str, Node]]:
        """Yield the mapping's names and nodes; a repeated name is a fault."""
        if not isinstance(self._node, yaml.MappingNode):
            self.fault("Write this as `name: value` lines.")
            return
        seen = set()
        for key, value in self._node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            node = Node(self.source, name, value)
            node.line = key.start_mark.line + 1
            if name in seen:
                node.fault("This field stands here twice.")
            seen.add(name)
            yield name, node

    def entries(self, field: str) -> Iterator[Node]:
        """Yield the list's nodes, each called `field`; nothing for a blank."""
        if isinstance(self._node, yaml.ScalarNode) and not self._node.value:
            return
        if not isinstance(self._node, yaml.SequenceNode):
            self.fault("Write this as a list, each entry after `- `.")
            return
        for value in self._node.value:
            yield Node(self.source, field, value)

    def text(self, *, most: int, required: bool = False, lines: bool = False) -> str:
        """Return the tidied text; too long, unprintable or, where required, blank is a fault."""
        if not isinstance(self._node, yaml.ScalarNode):
            self.fault("Write one text here, not a list or fields.")
            return ""
        tidied = text.tidy(self._node.value)
        wrong = (
            "This cannot be empty." if required and not tidied else text.fault(tidied, most=most, lines=lines)
        )
        if wrong:
            self.fault(wrong)
        return tidied


def compose(source: Source, written: str) -> Node | None:
    """Return the one document of a YAML file; None, with a fault, where it is not one."""
    loader = _LOADER(written)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        source.fault(mark.line + 1 if mark else 1, "file", f"This is not YAML: {error.problem}.")
        return None
    except (yaml.YAMLError, RecursionError) as error:
        source.fault(1, "file", f"This is not YAML that can be read: {str(error).splitlines()[0]}.")
        return None
    finally:
        loader.dispose()
    if root is None:
        source.fault(1, "file", "This file is empty.")
        return None
    return Node(source, "file", root) if _without_aliases(source, root) else None


def _without_aliases(source: Source, root: yaml.Node) -> bool:
    """Refuse aliases: nine lines of them can mean a billion nodes."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            source.fault(
                node.start_mark.line + 1,
                "file",
                "Aliases (`&name`, `*name`) are not used here; write it out.",
            )
            return False
        seen.add(id(node))
        waiting += _children(node)
    return True


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
