"""From what a page shows to what nobody should send: strategies over the surface."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from hypothesis import strategies as st

from tests.fuzz.asking import FORM, Asking, Pairs, joined
from tests.fuzz.reading import Form
from tests.fuzz.surface import Address, Surface, unnumbered, written
from tests.fuzz.target import PEOPLE
from tests.fuzz.values import NAMES, ODD, odd

#: Mostly the administrator, whom no role keeps from the code behind it.
_people = st.one_of(st.just("ada"), st.just("ada"), st.sampled_from(PEOPLE))

#: What else a browser, a proxy or nobody at all says; each is read by somebody on the way.
HEADERS = {
    "Accept": (
        "*/*",
        "application/json",
        "text/html;q=0",
        "text/*;q=abc",
        "a/b;q=1e9",
        ",,;",
        "x" * 3000,
        "\x85",
    ),
    "Accept-Language": (
        "de-DE",
        "ar",
        "hi",
        "fa-IR",
        "x" * 200,
        "*;q=a",
        "",
        ";",
        "en;q=9",
        "-",
        "en--",
        "de-",
        "und",
        "root",
        "zh-Hant-TW-x-a",
        "en-u-nu-arab",
        "i-klingon",
        "a" * 9,
        "\xff",
        "en_US@currency=x",
        "aa-Zzzz-001-variant",
    ),
    "Accept-Encoding": ("gzip;q=abc", "identity;q=0", "*;q=0"),
    "Range": ("bytes=0-", "bytes=-1", "bytes=9999999999999999999999-", "bytes=5-1", "x=1", "bytes=0-1,3-4"),
    "If-None-Match": ("*", '"x"', "W/", '"', "x" * 4000),
    "If-Modified-Since": (
        "yesterday",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Thu, 99 Jan 99999999999999 00:00:00 GMT",
    ),
    "X-Forwarded-For": ("127.0.0.1", "a, b, c", "x" * 3000),
    "X-Forwarded-Host": ("evil.example",),
    "X-Forwarded-Proto": ("https", "javascript"),
    "X-Forwarded-Prefix": ("//evil.example", "/x"),
    "X-Requested-With": ("XMLHttpRequest", ""),
    "X-HTTP-Method-Override": ("DELETE",),
    "X-Original-URL": ("/admin/users/",),
    "Referer": ("http://evil.example/", "\xed\xa0\x80", "http://["),
    "Origin": ("null", "http://evil.example"),
    "User-Agent": ("", "x" * 5000, "\x00", "\xff\xfe", "<script>alert(1)</script>", "%s%n"),
    "Authorization": ("Basic %%%", "Bearer x", "Digest", "Basic //8="),
    "Content-Encoding": ("gzip", "x"),
    "Expect": ("100-continue",),
    "Max-Forwards": ("0",),
    "Connection": ("close, Cookie",),
    "Upgrade": ("h2c",),
}

_header = st.sampled_from(sorted(HEADERS)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name]))
)
_headers = st.one_of(st.just(()), st.just(()), st.lists(_header, max_size=3).map(tuple))
_name = st.sampled_from([name if "%" in name else quote(name) for name in NAMES])


@st.composite
def _bent(draw: st.DrawFn, pairs: Pairs, names: st.SearchStrategy[str]) -> Pairs:
    """Bend a few of the pairs: another value, none, twice, one more, another order."""
    bent = list(pairs)
    for _ in range(draw(st.integers(1, 3))):
        how = draw(st.sampled_from(["set", "set", "set", "drop", "twice", "more"]))
        if not bent or how == "more":
            bent.insert(draw(st.integers(0, len(bent))), (draw(names), draw(odd)))
            continue
        index = draw(st.integers(0, len(bent) - 1))
        name, value = bent[index]
        if how == "set":
            bent[index] = name, draw(odd)
        elif how == "drop":
            del bent[index]
        else:
            first = [(name, draw(odd)), (name, value)]
            bent[index : index + 1] = draw(st.permutations(first))
    return tuple(bent)


def addresses(surface: Surface) -> st.SearchStrategy[Asking]:
    """Return requests that read: any route with odd parts, odd parameters."""
    names = st.one_of(st.sampled_from(surface.parameters), _name)
    return st.sampled_from(surface.addresses).flatmap(lambda address: _read(address, names))


@st.composite
def _read(draw: st.DrawFn, address: Address, names: st.SearchStrategy[str]) -> Asking:
    parts = tuple(draw(st.one_of(st.just(part), odd.map(_one_part))) for part in address.parts)
    query = draw(st.one_of(st.just(address.query), _bent(address.query, names)))
    target = written(address, parts) + (f"?{joined(query)}" if query else "")
    method = draw(st.sampled_from(["GET", "GET", "GET", "HEAD"]))
    return Asking(method, target, person=draw(_people), headers=draw(_headers))


def _one_part(value: str) -> str:
    """Keep a value within its part of a path: a query would begin another story."""
    return value.replace("?", "%3F")[:1500] or "%20"


def forms(surface: Surface) -> st.SearchStrategy[Asking]:
    """Return forms that are sent: as a page shows them, with a few of their fields bent."""
    posted = [form for _, form in surface.forms if form.method == "POST"]
    names = st.one_of(_name, st.sampled_from(surface.fields))
    return st.sampled_from(posted).flatmap(lambda form: _sent(form, names))


@st.composite
def _sent(draw: st.DrawFn, form: Form, names: st.SearchStrategy[str]) -> Asking:
    path, _, query = form.target.partition("?")
    asked: Pairs = tuple(part.partition("=")[::2] for part in query.split("&") if part)
    if draw(st.integers(0, 4)) == 0:
        asked = draw(_bent(asked, names))
    fields = draw(_bent(form.fields, names))
    return Asking(
        "POST",
        path + (f"?{joined(asked)}" if asked else ""),
        joined(fields).encode(),
        FORM,
        draw(_people),
        draw(_headers),
        token=draw(st.integers(0, 19)) > 0,
    )


def sweep(surface: Surface, *, every: int) -> list[Asking]:
    """Return each field of each form, and each parameter of each address, with odd values in turn.

    One in `every` of all pairs, another one from field to field, so that all values have their turn; of
    the parameters that an address never had, fewer.
    """
    return [*_fields(surface)][::every] + [*_own(surface)][::every] + [*_foreign(surface)][:: every * 30]


def _fields(surface: Surface) -> Iterator[Asking]:
    for person, form in surface.forms:
        # Of what a list has for each of its rows, the first is enough.
        first = {unnumbered(name): index for index, (name, _) in reversed([*enumerate(form.fields)])}
        for index in sorted(first.values()):
            name = form.fields[index][0]
            for value in ODD:
                fields = [*form.fields[:index], (name, value), *form.fields[index + 1 :]]
                yield _filled(person, form, joined(tuple(fields)))


def _own(surface: Surface) -> Iterator[Asking]:
    for address in surface.addresses:
        for name in dict(address.query):
            rest = tuple(pair for pair in address.query if pair[0] != name)
            for value in ODD:
                yield Asking("GET", f"{written(address)}?{joined((*rest, (name, value)))}")
        for index in range(len(address.parts)):
            for value in ODD:
                parts = [*address.parts[:index], _one_part(value), *address.parts[index + 1 :]]
                yield Asking("GET", written(address, tuple(parts)))


def _foreign(surface: Surface) -> Iterator[Asking]:
    for address in surface.addresses:
        for name in surface.parameters:
            for value in ODD:
                yield Asking("GET", f"{written(address)}?{joined((*address.query, (name, value)))}")


def _filled(person: str, form: Form, fields: str) -> Asking:
    if form.method == "GET":
        return Asking("GET", f"{form.target.partition('?')[0]}?{fields}", person=person)
    return Asking("POST", form.target, fields.encode(), FORM, person)
