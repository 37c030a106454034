from __future__ import annotations

from app.domain.changes import columns_of, fact_of, facts_in

SOLD_OUT = ("sold_out_at", "sold_out_until", "sold_out_by_id")


def test_most_columns_are_a_fact_by_themselves():
    assert fact_of("price") == "price"
    assert columns_of("price") == ("price",)


def test_sold_out_is_one_fact_of_three_columns():
    assert {fact_of(column) for column in SOLD_OUT} == {"sold_out"}
    assert columns_of("sold_out") == SOLD_OUT


def test_facts_are_named_once_in_their_order():
    assert facts_in(["price", "sold_out_until", "name", "sold_out_at"]) == ["price", "sold_out", "name"]
    assert facts_in([]) == []
