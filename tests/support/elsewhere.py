"""Addresses that lead away from this site in some browser's eyes, and how to tell that one does."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

#: Where nobody is to be led.
EVIL = "evil.example"

#: As somebody types them; each client encodes them as it sends them.
ELSEWHERE = (
    f"//{EVIL}",
    f"//{EVIL}/admin/",
    f"///{EVIL}",
    f"////{EVIL}/..",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"\\/{EVIL}",
    f"/\\/{EVIL}",
    f"http:{EVIL}",
    f"https:{EVIL}",
    f"http:/{EVIL}",
    f"https:///{EVIL}",
    f"http://{EVIL}/",
    f"https://{EVIL}/admin/",
    f"HtTpS://{EVIL}",
    f"https://localhost@{EVIL}/admin/",
    f"https://{EVIL}#/admin/",
    f"javascript:alert('{EVIL}')",
    f"javascript://localhost/%0Aalert('{EVIL}')",
    f"JaVaScRiPt:alert('{EVIL}')",
    f"data:text/html,<script>location='//{EVIL}'</script>",
    f"vbscript:{EVIL}",
    f"mailto:a@{EVIL}",
    f"/\t/{EVIL}",
    f"/\n/{EVIL}",
    f"/\r\n/{EVIL}",
    f"\t//{EVIL}",
    f" //{EVIL}",
    f"/\t\\{EVIL}",
    f"ht\ttps://{EVIL}",
    f"java\nscript:alert('{EVIL}')",
    f"/admin/\r\nLocation: https://{EVIL}",
    f"/admin/\r\nSet-Cookie: carte={EVIL}",
    f"/\0/{EVIL}",
    f"/..//{EVIL}",
    f"/.//{EVIL}",
    f"/%2e%2e//{EVIL}",
    f"/admin/..//{EVIL}",
    f"/admin/%2E%2e//{EVIL}",
    f"/admin//{EVIL}",
    f"/admin/../..//{EVIL}/",
    f"/admin/\\..\\\\{EVIL}",
    f"%2f%2f{EVIL}",
    f"%2F%2F{EVIL}/admin/",
    f"%5c%5c{EVIL}",
    f"\uff0f\uff0f{EVIL}",
    f"/\uff0f{EVIL}",
    f"/\u2044{EVIL}",
    f"\u3000//{EVIL}",
    f"\ufeff//{EVIL}",
    f"https://{EVIL}\u3002com",
    f"?//{EVIL}",
    f"admin/@{EVIL}",
    f"@{EVIL}",
    f".{EVIL}",
    f"localhost.{EVIL}",
    f";//{EVIL}",
)


def leads_away(location: str) -> bool:
    """Tell whether a browser that follows this redirect could leave the site.

    It drops tabs and line ends, takes a backslash for a slash, and resolves dots; what is in the
    query is for us to judge when it comes back.
    """
    cleaned = re.sub(r"[\t\r\n]", "", location).strip().replace("\\", "/")
    path = re.split("[?#]", cleaned, maxsplit=1)[0]
    plain = re.sub("(?i)%2e", ".", path)
    odd = cleaned != location or not location.isascii()
    return odd or not path.startswith("/") or "//" in path or ".." in plain.split("/") or EVIL in path


def led_away(answer: TestResponse) -> bool:
    """Tell whether an answer leads a browser off the site, by any of the headers that do."""
    location = answer.headers.get("Location", "/")
    for header in ("Refresh", "Content-Location", "Link"):
        if EVIL in answer.headers.get(header, ""):
            return True
    return leads_away(location) or bool(urlsplit(location).netloc)
