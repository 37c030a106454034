"""The clock jumps a day either way, and clocks change: sold out ends on time, nobody is locked out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo, available_timezones

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import current
from app.domain.roles import Role
from app.models import MenuItem, Restaurant, UserSession
from app.services import attending, inviting, selling_out
from app.web.sign_in import pending
from tests.support import browsing, town
from tests.support.pages import Page
from tests.support.rows import Rows

pytestmark = pytest.mark.slow

KEYS = ("zones", "moments", "answers", "wrong", "jumps", "pages", "failed", "locked_out")

MICROSECOND, MINUTE, DAY = timedelta(microseconds=1), timedelta(minutes=1), timedelta(days=1)

#: Local times around the changes of 2026, each in its zone: before, within and after the gap and the fold.
#: Lord Howe's clocks change by half an hour, at the other end of the year.
WALL_TIMES = {
    "Europe/Berlin": ["03-29 01:59", "03-29 02:30", "03-29 03:15", "10-25 02:30", "10-25 03:00"],
    "America/New_York": ["03-08 01:59", "03-08 02:30", "03-08 03:00", "11-01 01:30", "11-01 02:00"],
    "Australia/Lord_Howe": ["10-04 01:59", "10-04 02:15", "10-04 02:45", "04-05 01:45", "04-05 02:00"],
}
#: The zones of the server's process, and of PostgreSQL's sessions.
ELSEWHERE = ["Asia/Kathmandu", "America/St_Johns"]

TOKEN = "the-token-of-this-start"

#: What a person may open whatever the clock says.
PAGES = [
    *("/", "/restaurant/1/", "/restaurant/1/menu/JSON", "/healthz", "/login", "/admin/", "/admin/items/"),
    *("/admin/items/details/?id=1", "/admin/items/edit/?id=1", "/admin/items/export/csv/", "/admin/people/"),
    *("/admin/items/export/xlsx/", "/admin/items/?flt1_sold_out_is=1"),
]


@dataclass
class Clock:
    """The clock of this process: everything that asks for the time gets it from here."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def jump(self, by: timedelta) -> None:
        self.moment += by

    def read(self) -> datetime:
        return self.moment

    def seconds(self) -> float:
        return self.moment.timestamp()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(current, "clock", clock.read)
    # What signs cookies and keeps pending sign-ins asks by this name.
    monkeypatch.setattr(time, "time", clock.seconds)
    return clock


@pytest.fixture(params=ELSEWHERE)
def elsewhere(request: pytest.FixtureRequest) -> Iterator[str]:
    """The zone of this process."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.fixture
def app(make_app: Callable[..., Flask], database_url: str, request: pytest.FixtureRequest) -> Flask:
    """Carte; where the process has a zone of its own, PostgreSQL's sessions have it too."""
    if "elsewhere" not in request.fixturenames or database_url.startswith("sqlite"):
        return make_app(CARTE_DEV_LOGIN_TOKEN=TOKEN)
    zone = request.getfixturevalue("elsewhere")
    return make_app(DATABASE_URL=f"{database_url}?options=-c%20TimeZone%3D{zone}")


@pytest.fixture
def rows(session: Session) -> Rows:
    return Rows(session)


def _ends(zone: str) -> Iterator[datetime]:
    """Yield the moments of the zone's local times, in UTC; one that comes twice, twice."""
    for wall in WALL_TIMES[zone]:
        local = datetime.strptime(f"2026-{wall}", "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
        yield from {local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}


@dataclass
class Kitchen:
    """Where a dish of Urban Burger is seen, by a guest and by Sam, and where it was not as it should be."""

    guest: browsing.Client
    sam: browsing.Client
    item: int
    name: str
    answers: int = 0
    wrong: list[str] = field(default_factory=list)

    def look(self, *, sold_out: bool, when: str) -> None:
        """Ask every page that says whether the dish is sold out."""
        listed = self._page(self.sam, f"/admin/items/?search={self.name}")
        (row,) = [attributes for attributes, _ in listed.all("data-id") if attributes["data-id"] == self.id]
        told = {
            "the guest page": "data-sold-out" in self._marks("/restaurant/1/", "data-item"),
            "the list": "data-sold-out" in row,
            "the home page": self._counted() == 1,
            "the filter": int(self.id) in self._page(self.sam, "/admin/items/?flt1_sold_out_is=1").ids,
            "the form": self._page(self.sam, f"/admin/items/edit/?id={self.id}").fields()["sold_out"] == "1",
            "the details": self._details() == "Yes",
        }
        self.wrong += [f"{where} {when}" for where, said in told.items() if said != sold_out]
        # To the original app a dish is on the menu, sold out or not.
        served = self._get(self.guest, f"/restaurant/1/menu/{self.id}/JSON").json
        assert served["Menu_Item"]["id"] == self.item

    @property
    def id(self) -> str:
        return str(self.item)

    def _counted(self) -> int:
        lines = self._page(self.sam, "/admin/").all("data-line")
        return next(int(marks["data-count"]) for marks, _ in lines if marks["data-line"] == "Sold out now")

    def _details(self) -> str:
        shown = self._page(self.sam, f"/admin/items/details/?id={self.id}")
        return shown.texts("data-field")["sold_out"]

    def _marks(self, path: str, attribute: str) -> dict[str, str]:
        page = self._page(self.guest, path)
        return next(marks for marks, _ in page.all(attribute) if marks[attribute] == self.id)

    def _page(self, client: browsing.Client, path: str) -> Page:
        return Page(self._get(client, path))

    def _get(self, client: browsing.Client, path: str):
        self.answers += 1
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer


@pytest.fixture
def kitchen(client, sign_in, app, clock, rows) -> Kitchen:
    item = rows.item()
    return Kitchen(client, sign_in("sam", app), item.id, "French+Fries")


def test_a_dish_comes_back_at_its_moment_in_every_zone_and_nobody_is_locked_out(
    request, app, sign_in, post, session, rows, clock, kitchen, full, figure
):
    moments = 0
    for zone in WALL_TIMES:
        ends = sorted(_ends(zone))
        for end in ends if full else ends[:2]:
            moments += 1
            _sell_out(rows, zone, end)
            # The sign-in is as long ago as ever, whatever the day.
            _renew(session, end)
            for moment, sold_out in ((end - MICROSECOND, True), (end, False), (end + MINUTE, False)):
                clock.moment = moment
                kitchen.look(sold_out=sold_out, when=f"at {moment} in {zone}")
    assert kitchen.wrong == []

    clock.moment = datetime.now(UTC)
    jumps = [DAY, -DAY, -DAY, DAY] * (5 if full else 1)
    pages, failed, locked = _jump(app, sign_in, session, clock, jumps)
    assert (failed, locked) == ([], [])
    figure(
        zones=len(WALL_TIMES),
        moments=moments,
        answers=kitchen.answers,
        wrong=len(kitchen.wrong),
        jumps=len(jumps),
        pages=pages,
        failed=len(failed),
        locked_out=len(locked),
    )


def _sell_out(rows: Rows, zone: str, end: datetime) -> None:
    item = rows.item()
    item.restaurant.time_zone = zone
    item.sold_out_at, item.sold_out_until = end - 3 * MINUTE, end.astimezone(ZoneInfo(zone))
    rows.session.commit()


def _renew(session: Session, at: datetime) -> None:
    for row in session.scalars(select(UserSession)):
        row.created_at, row.last_seen_at, row.expires_at = at - MINUTE, at - MINUTE, at + DAY
    session.commit()


def _jump(app, sign_in, session, clock, jumps) -> tuple[int, list[str], list[str]]:
    """Open every page before and after each jump: what was answered 500, and who could not sign in again."""
    pages, failed, locked = 0, [], []
    olga = sign_in("olga", app)
    for by in jumps:
        clock.jump(by)
        for path in PAGES:
            pages += 1
            status = olga.get(path).status_code
            if status not in {200, 302}:
                failed.append(f"{status} {path} at {clock.moment}")
        if not _is_in(olga):
            # Signed in longer ago than a sign-in lasts, as far as anybody can tell: once more, then.
            _sign_in_again(olga)
        if not _is_in(olga):
            locked.append(str(clock.moment))
    return pages, failed, locked


def _is_in(client: browsing.Client) -> bool:
    return 'data-person="olga"' in client.get("/admin/").text


def _sign_in_again(client: browsing.Client) -> None:
    answer = browsing.post(client, "/login/development", {"person": "olga", "token": TOKEN})
    assert answer.status_code == 302, answer.text


def test_the_zone_of_the_machine_changes_nothing(elsewhere, clock, kitchen, rows, session):
    end = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    _sell_out(rows, "Europe/Berlin", end)
    _renew(session, end)
    for moment, sold_out in ((end - MICROSECOND, True), (end, False)):
        clock.moment = moment
        kitchen.look(sold_out=sold_out, when=f"at {moment}")

    page = Page(kitchen.sam.get(f"/admin/items/details/?id={kitchen.item}"))
    assert kitchen.wrong == []
    # The clock of the restaurant, whatever the zone of the server.
    assert page.texts("data-field")["sold_out_until"].startswith("Oct 25, 2026, 2:30:00")


def test_a_page_has_one_moment(monkeypatch, app, sign_in, session, rows):
    """The dish comes back while the page is being made, which takes some looks at the clock."""
    sam, item, end = sign_in("sam", app), rows.item(), datetime.now(UTC) + timedelta(hours=1)
    item.sold_out_at, item.sold_out_until = end - 3 * MINUTE, end
    session.commit()
    for looks in range(8):
        ticks = count(-looks)
        monkeypatch.setattr(current, "clock", lambda tick=ticks: end + next(tick) * MINUTE)
        page = Page(sam.get("/admin/items/?search=French+Fries"))
        (row,) = [marks for marks, _ in page.all("data-id")]
        (switch,) = [marks for marks, _ in page.all("aria-checked")]
        assert ("data-sold-out" in row) == (switch["aria-checked"] == "true"), looks


def test_a_session_of_tomorrow_is_noted_today(app, sign_in, session, clock):
    clock.jump(DAY)
    olga = sign_in("olga", app)
    (row,) = session.scalars(select(UserSession))
    row.created_at = row.last_seen_at = clock.moment
    session.commit()

    clock.jump(-DAY)

    assert _is_in(olga)
    session.expire_all()
    assert session.scalars(select(UserSession)).one().last_seen_at == clock.moment


@pytest.mark.parametrize("by", [-DAY, timedelta(seconds=-2), DAY], ids=["back", "a moment back", "forward"])
def test_a_form_that_is_open_while_the_clock_jumps_is_saved(app, sign_in, post, session, rows, clock, by):
    sam, item = sign_in("sam", app), rows.item()
    _renew(session, clock.moment)
    sent = {"csrf_token": browsing.csrf_token(sam), "row_version": item.version, "price": "3.25"}
    row = session.scalars(select(UserSession)).one()
    row.expires_at = clock.moment + 2 * DAY
    session.commit()

    clock.jump(by)
    answer = sam.post("/admin/items/ajax/update/", data=sent | {"list_form_pk": item.id})

    assert answer.status_code == 200, answer.text
    assert rows.again(item).price == 325


@pytest.mark.parametrize(("by", "status"), [(-DAY, 200), (DAY, 200), (8 * DAY, 404)])
def test_an_invitation_outlives_a_jump(app, client, session, rows, clock, by, status):
    place = rows.restaurant()
    _, token = inviting.invite(
        session, email="new@example.com", role=Role.STAFF, restaurant=place, by=None, at=clock.moment
    )
    session.commit()

    clock.jump(by)
    assert client.get(f"/invitations/{token}").status_code == status
    clock.jump(-by)
    assert client.get(f"/invitations/{token}").status_code == 200


@pytest.mark.parametrize(
    ("by", "known"),
    [(-DAY, False), (timedelta(seconds=-2), True), (timedelta(minutes=9), True), (DAY, False)],
)
def test_a_sign_in_on_its_way_bears_two_clocks_that_differ(make_app, clock, by, known):
    with make_app().test_request_context("/"):
        left = dict.fromkeys(("verifier", "nonce", "next_path", "invitation"), "")
        pending.remember(provider="google", state="s", **left)
        clock.jump(by)
        assert (pending.take("google", "s") is not None) == known


ZONES = st.sampled_from(sorted(available_timezones()))
#: Years in which every zone's rules are known; the ends of the calendar have no time in every zone.
LOCAL_TIMES = st.datetimes(
    min_value=datetime.fromisoformat("1971-01-01"),
    max_value=datetime.fromisoformat("2037-12-31"),
    timezones=ZONES.map(ZoneInfo),
)


@pytest.fixture(scope="module")
def dish(engine: Engine) -> Iterator[tuple[Session, MenuItem]]:
    with town.session_as(engine, "operator") as session:
        yield session, session.scalars(select(MenuItem).where(MenuItem.id == 1)).one()


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(until=LOCAL_TIMES, since=st.timedeltas(MICROSECOND, DAY))
def test_every_local_time_ends_a_sale_at_one_moment(dish, until, since):
    session, item = dish
    end = until.astimezone(UTC)
    selling_out.mark_available(item)
    selling_out.mark_sold_out(item, by=town.actor("sam"), at=end - since, until=until)
    session.flush()
    session.expire(item)

    assert item.sold_out_until == end
    for moment, sold_out in ((end - MICROSECOND, True), (end, False), (end + DAY, False)):
        assert item.is_sold_out(moment) == sold_out
        found = select(MenuItem.id).where(MenuItem.id == item.id, attending.sold_out(moment))
        assert (session.scalar(found) is not None) == sold_out


@example(until=datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")))
@example(until=datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")))
@given(until=LOCAL_TIMES)
def test_to_sell_out_once_more_until_the_same_moment_changes_nothing(until):
    item = MenuItem(name="Chips", restaurant=Restaurant(name="Burger"))
    first = until.astimezone(UTC) - DAY
    selling_out.mark_sold_out(item, by=town.actor("sam"), at=first, until=until)
    selling_out.mark_sold_out(item, by=town.actor("mia"), at=first + MINUTE, until=until.astimezone(UTC))

    assert item.sold_out_at == first
