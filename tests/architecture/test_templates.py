"""Templates carry no behaviour and no style of their own, so that a strict policy can forbid both."""

from __future__ import annotations

import re

import pytest

from tests.architecture import sources

_INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "a style sheet in the page": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "something from another site": re.compile(
        r"<(?:script|link|img|iframe)[^>]*(?:src|href)\s*=\s*[\"']?(?:https?:)?//"
    ),
    "text that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+false"),
}
#: Flask-Admin's template widgets return plain text, which is HTML nevertheless.
_WIDGETS = "templates/backoffice/_field.html"


@pytest.mark.parametrize("what", _INLINE)
def test_no_template_has(what):
    found = [
        f"{name}: {match.group(0)[:80]}"
        for name in sources.templates()
        for match in _INLINE[what].finditer(sources.text(name))
        if (what, name) != ("text that is not escaped", _WIDGETS)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("what", "html"),
    [
        ("a script in the page", "<script>go()</script>"),
        ("a style sheet in the page", "<style>p {}</style>"),
        ("a style attribute", '<p class="x" style="color: red">'),
        ("an event handler", '<a href="/" onclick="go()">'),
        ("a javascript: address", '<a href="javascript:go()">'),
        ("something from another site", '<img src="//example.com/x.png">'),
        ("text that is not escaped", "{{ name | safe }}"),
    ],
)
def test_each_of_these_rules_can_fail(what, html):
    assert _INLINE[what].search(html)
