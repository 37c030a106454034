"""Filters by an end of a range: a day, an amount, as the reader types it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import MAXYEAR, date
from decimal import Decimal
from math import ceil, floor
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from sqlalchemy import ColumnElement, case

from app import current
from app.admin.base.filters import CarteFilter
from app.domain import money
from app.domain.words import gettext_noop

_KEPT_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")

#: Currencies whose minor unit is not a hundredth, as factors from one unit to the minor one.
_FACTORS = {code: 10 ** money.exponent(code) for code in money.currencies() if money.exponent(code) != 2}


class DayFilter(CarteFilter):
    """Rows from, or up to and with, a day; the `condition_of` a day knows in whose clock."""

    kind = "date"
    is_end = True
    misfit = gettext_noop("This is not a day, so it narrows nothing.")

    def __init__(self, name: str, word: str, condition_of: Callable[[date], ColumnElement[bool]]) -> None:
        super().__init__(None, name)
        self.word = word
        self.condition_of = condition_of

    def clean(self, value: str) -> date:
        day = date.fromisoformat(value)
        # Room for the clocks of all zones around it.
        if not 1 < day.year < MAXYEAR:
            raise ValueError(value)
        return day

    def condition(self, value: date) -> ColumnElement[bool]:
        return self.condition_of(value)

    def shown(self, value: str, unit: str | None) -> str:
        return format_date(self.clean(value), "medium", locale=current.locale())


class PriceFilter(CarteFilter):
    """Prices from, or up to, an amount in whatever currency each restaurant has."""

    kind = "amount"
    is_end = True
    misfit = gettext_noop("This is not an amount, so it narrows nothing. Type one such as %(example)s.")

    def __init__(
        self, column: Any, name: str, currency_of: Callable[[], ColumnElement[str]], *, at_least: bool
    ) -> None:
        super().__init__(column, name)
        self.currency_of = currency_of
        self.at_least = at_least

    def operation(self) -> str:
        return "at least" if self.at_least else "at most"

    def clean(self, value: str) -> Decimal:
        return money.amount(value, current.locale())

    def kept(self, value: str) -> str:
        # One person's 1.500 is another's 1,500.
        return f"{self.clean(value).normalize():f}"

    def typed(self, kept: str) -> str:
        if not _KEPT_AMOUNT.fullmatch(kept):
            return kept
        return format_decimal(
            Decimal(kept), locale=current.locale(), decimal_quantization=False, group_separator=False
        )

    def condition(self, value: Decimal) -> ColumnElement[bool]:
        whole = ceil if self.at_least else floor
        bounds = {code: whole(value * factor) for code, factor in _FACTORS.items()}
        bound = case(bounds, value=self.currency_of(), else_=whole(value * 100))
        return self.column >= bound if self.at_least else self.column <= bound

    def shown(self, value: str, unit: str | None) -> str:
        return money.show_amount(self.clean(value), unit, current.locale())
