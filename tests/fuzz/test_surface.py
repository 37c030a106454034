"""What is found to be fuzzed: all there is, or the fuzz proves nothing."""

from __future__ import annotations

from tests.fuzz.surface import rule_of


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
