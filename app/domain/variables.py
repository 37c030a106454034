"""Settings as they are written: text that becomes a number, a choice, an address."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from app.domain.numbers import whole

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


class SettingError(Exception):
    """A setting that Carte cannot start with; the message names the variable."""


class Reader:
    """Typed look-ups in a mapping of variables; each raises SettingError."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def text(self, name: str, default: str = "") -> str:
        """Return the trimmed text; blank counts as unset."""
        return self._env.get(name, "").strip() or default

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """Return one of `choices`."""
        value = self.text(name, default)
        if value not in choices:
            raise SettingError(f"{name} must be one of {', '.join(choices)}; it is {value!r}.")
        return value

    def number(self, name: str, default: int, *, least: int = 0, most: int = 65535) -> int:
        """Return a whole number from `least` to `most`."""
        value = self.text(name, str(default))
        number = whole(value, least=least, most=most)
        if number is None:
            raise SettingError(f"{name} must be a whole number from {least} to {most}; it is {value!r}.")
        return number

    def flag(self, name: str) -> bool:
        """Return whether it says yes."""
        value = self.text(name).lower()
        if value not in _TRUE | _FALSE:
            raise SettingError(f"{name} must be 1 or 0; it is {value!r}.")
        return value in _TRUE

    def url(self, name: str, default: str = "") -> str:
        """Return an http(s) address without a trailing slash."""
        value = self.text(name, default)
        try:
            parts = urlsplit(value)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        # urlsplit forgives line ends and tabs; nothing that prints the address later does.
        if not usable or not value.isascii() or not value.isprintable() or set("?#@\\ ") & set(value):
            raise SettingError(f"{name} must be an http or https address; it is {value!r}.")
        return value.rstrip("/")
