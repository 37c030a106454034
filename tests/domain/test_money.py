from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from app.domain import money

LOCALES = [
    Locale.parse(tag) for tag in ("en_US", "de_DE", "de_CH", "fr_FR", "sv_SE", "pl_PL", "hi_IN", "ar_EG")
]
CURRENCIES = ["JPY", "KRW", "USD", "EUR", "CHF", "KWD", "TND"]
GERMAN, FRENCH, SWISS = Locale("de", "DE"), Locale("fr", "FR"), Locale("de", "CH")


@given(st.integers(0, money.MOST), st.sampled_from(CURRENCIES), st.sampled_from(LOCALES))
def test_what_a_field_shows_is_read_back_exactly(price: int, currency: str, locale: Locale) -> None:
    assert money.parse(money.typed(price, currency, locale), currency, locale) == price


@given(st.integers(0, money.MOST), st.sampled_from(CURRENCIES))
def test_what_a_guest_reads_is_read_back_exactly(price: int, currency: str) -> None:
    assert money.parse(money.show(price, currency) or "", currency) == price


@given(st.integers(0, money.MOST), st.sampled_from(CURRENCIES))
def test_an_amount_and_its_minor_units_are_one(price: int, currency: str) -> None:
    assert money.minor_units(money.amount_of(price, currency), currency) == price


@given(st.text(), st.sampled_from(CURRENCIES), st.sampled_from(LOCALES))
def test_any_text_is_an_amount_or_a_price_error(text: str, currency: str, locale: Locale) -> None:
    try:
        amount = money.amount(text + currency, locale)
    except money.PriceError:
        return
    assert 0 <= amount <= money.MOST


@given(st.integers(0, money.MOST), st.sampled_from(CURRENCIES))
def test_a_price_as_a_guest_reads_it_is_its_amount(price: int, currency: str) -> None:
    plain = money.typed(price, currency)
    for typed in (plain, f"$ {plain}", f"{plain}€", f"{plain} {currency}", f"{currency}{plain}"):
        assert money.amount(typed) == money.amount_of(price, currency)


@pytest.mark.parametrize(
    "text", ["", "$", "USD", "-1", "$-1", "1e5", "NaN", "3 dollars", "$3$", "$3 USD", "9999999999", "3,5"]
)
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(money.PriceError, match="not an amount"):
        money.amount(text)


@given(st.text(), st.sampled_from(CURRENCIES), st.sampled_from(LOCALES))
def test_any_text_is_a_price_or_a_price_error(text: str, currency: str, locale: Locale) -> None:
    try:
        price = money.parse(text, currency, locale)
    except money.PriceError:
        return
    assert price is None or 0 <= price <= money.MOST


@given(st.text(alphabet="0123456789.,'’eE+-_ \u202f\xa0٣٫", max_size=12), st.sampled_from(LOCALES))
def test_nearly_numbers_are_prices_or_price_errors(text: str, locale: Locale) -> None:
    try:
        price = money.parse(text, "USD", locale)
    except money.PriceError:
        return
    assert price is None or 0 <= price <= money.MOST


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("$.99", 99),
        (".99", 99),
        ("$25", 2500),
        ("15", 1500),
        (" 2.99 $", 299),
        ("USD 3", 300),
        ("3 USD", 300),
        ("$2.99", 299),
        ("1,000", 100_000),
        ("1,234,567.89", 123_456_789),
        ("3.5", 350),
        ("0", 0),
        ("$0.00", 0),
        ("3.25\n", 325),
        # The digits of other scripts have one meaning; phones with those keyboards send them.
        ("١٢٣", 12_300),
        ("１２", 1200),
        ("", None),
        ("   \t", None),
    ],
)
def test_typed_prices(text: str, price: int | None) -> None:
    assert money.parse(text, "USD") == price


@pytest.mark.parametrize(
    "text",
    [
        "1.000",
        "3.250",
        "3.255",
        "0.001",
        "3,5",
        "1,0000",
        "1,,000",
        "1 000",
        "3..2",
        "3.2.5",
        "5,",
        ".",
        "$",
        "-",
        "-1",
        "$-1",
        "−1",
        "(3)",
        "1e5",
        "1_000",
        "0x10",
        "NaN",
        "sNaN",
        "inf",
        "-Infinity",
        "1/2",
        "three",
        "US$3",
        "€3",
        "$3$",
        "3\x00",
        "\x00",
        "\ud800",
        "9999999999",
        "1E+999999999",
        "1e-999999999",
        "9" * 10_000,
        "x" * 10_000,
        "0." + "0" * 10_000,
    ],
)
def test_no_prices(text: str) -> None:
    with pytest.raises(money.PriceError) as caught:
        money.parse(text, "USD")

    assert 0 < len(str(caught.value)) < 120


@pytest.mark.parametrize(
    ("text", "locale", "price"),
    [
        ("3,25", GERMAN, 325),
        ("1.000", GERMAN, 100_000),
        ("1.234,50", GERMAN, 123_450),
        ("3,25 €", GERMAN, 325),
        ("1\u202f234,50", FRENCH, 123_450),
        ("1’000.50", SWISS, 100_050),
        # A point means nothing else in French.
        ("3.25", FRENCH, 325),
    ],
)
def test_prices_are_typed_as_their_reader_writes_them(text: str, locale: Locale, price: int) -> None:
    assert money.parse(text, "EUR", locale) == price


@pytest.mark.parametrize(
    ("text", "locale"), [("3.25", GERMAN), ("1,000", GERMAN), ("1.000", FRENCH), ("1.00.0", GERMAN)]
)
def test_the_writing_of_another_country_is_no_guess(text: str, locale: Locale) -> None:
    with pytest.raises(money.PriceError):
        money.parse(text, "EUR", locale)


@pytest.mark.parametrize(
    ("text", "currency", "price"),
    [("1200", "JPY", 1200), ("¥1,200", "JPY", 1200), ("1.234", "KWD", 1234), ("1.2", "KWD", 1200)],
)
def test_currencies_have_their_own_exponent(text: str, currency: str, price: int) -> None:
    assert money.parse(text, currency) == price


@pytest.mark.parametrize(
    ("text", "currency", "words"), [("12.5", "JPY", "no decimal"), ("1.2345", "KWD", "at most 3")]
)
def test_too_many_decimal_places_are_named(text: str, currency: str, words: str) -> None:
    with pytest.raises(money.PriceError, match=words):
        money.parse(text, currency)


def test_the_dearest_price() -> None:
    assert money.parse("9,999,999.99", "USD") == money.MOST
    with pytest.raises(money.PriceError, match="too high"):
        money.parse("10,000,000.00", "USD")


@pytest.mark.parametrize(
    "amount", ["NaN", "sNaN", "Infinity", "-1", "3.255", "1E-999999", "1E+99", "3.25" + "0" * 60 + "1"]
)
def test_amounts_that_are_no_price(amount: str) -> None:
    with pytest.raises(money.PriceError):
        money.minor_units(Decimal(amount), "USD")


def test_an_exact_amount_may_carry_zeros() -> None:
    assert money.minor_units(Decimal("3.2500000"), "USD") == 325


@pytest.mark.parametrize(
    ("price", "currency", "locale", "shown"),
    [
        (299, "USD", money.PLAIN, "$2.99"),
        (1200, "JPY", money.PLAIN, "¥1,200"),
        (123_450, "EUR", GERMAN, "1.234,50\xa0€"),
        (None, "USD", money.PLAIN, None),
    ],
)
def test_shown_prices(price: int | None, currency: str, locale: Locale, shown: str | None) -> None:
    assert money.show(price, currency, locale) == shown


def test_no_price_yet_is_typed_as_nothing() -> None:
    assert money.typed(None, "USD") == ""


@pytest.mark.parametrize("code", ["USD", "EUR", "JPY", "KWD"])
def test_currencies(code: str) -> None:
    assert money.is_currency(code)
    assert code in money.currencies()


@pytest.mark.parametrize("code", ["", "usd", "US", "USDX", "ZZZ", "US\n", "CLF"])
def test_no_currencies(code: str) -> None:
    assert not money.is_currency(code)


def test_every_currency_has_an_exponent_that_prices_know() -> None:
    assert {money.exponent(code) for code in money.currencies()} == {0, 2, 3}


@pytest.mark.parametrize(
    ("text", "currency", "advised"), [("$", "JPY", "1200"), ("$", "USD", "3.25"), ("¥", "JPY", "1200")]
)
def test_advice_is_a_price_of_that_currency(text: str, currency: str, advised: str) -> None:
    with pytest.raises(money.PriceError, match=f"such as {advised}"):
        money.parse(text, currency)
