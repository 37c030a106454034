"""What is found to be fuzzed: all there is, or the fuzz proves nothing."""

from __future__ import annotations

from tests.fuzz.surface import rule_of, unnumbered


def test_every_route_that_is_read_has_an_address(target):
    read = {rule.rule for rule in target.surface.rules if "GET" in rule.methods}

    assert {address.rule for address in target.surface.addresses} == read


def test_every_route_that_takes_a_form_has_one(target):
    posted = {rule.rule for rule in target.surface.rules if "POST" in rule.methods}
    rules = [
        rule_of(target.app, form.target.partition("?")[0], form.method)[0]
        for _, form in target.surface.forms
        if form.method == "POST"
    ]

    assert posted - {rule.rule for rule in rules if rule} == set()


def test_every_field_that_holds_on_to_what_a_page_saw_is_met(target):
    names = {unnumbered(name) for name in target.surface.fields}

    assert names >= {
        *("row_version", "row_version-*", "base-name", "base-name-*", "keep-name", "made_after"),
        *("along", "choice", "seen", "fact", "confirm", "url"),
    }


def test_each_way_back_is_met(target):
    """By a button of some page, which says where to go afterwards."""
    shown = [
        str(rule_of(target.app, form.target.partition("?")[0], form.method)[0])
        for _, form in target.surface.forms
        if form.method == "POST" and dict(form.fields).get("url", "1") != "1"
    ]

    ways = {rule for rule in shown if rule.startswith(("/admin/history/acts/", "/admin/history/changes/"))}
    assert len(ways) == 3
