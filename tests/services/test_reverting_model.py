"""Any acts of several people, undone in any order, end where a model in plain Python says.

`CARTE_TEST_STEPS=2000` takes so many steps on each database instead of the few of every day.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app import database, tenancy
from app.domain import slugs
from app.domain.errors import Blocked
from app.models import Menu, MenuItem, Restaurant, Section
from app.models.history import RECORDED, stored
from app.services import opening, recording, reverting, selling_out
from app.services.reverting import Choice
from tests.support import running, town
from tests.support.acting import Town, values_of
from tests.support.databases import Databases
from tests.support.modelling import Done, Impossible, Key, Model, Plan, Values

pytestmark = pytest.mark.slow

STEPS = int(os.environ.get("CARTE_TEST_STEPS", "120"))
_A_RUN = 30

NUMBERS = st.integers(0, 9_999)
NAMES = st.sampled_from(["Soup", "Stew", "Pie", "Crème “brûlée”", "日本"])
ITEM_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES,
        "description": st.sampled_from(["", "Hot", "Two\nlines"]),
        "price": st.sampled_from([None, 0, 100, 125, 299]),
        "position": st.integers(0, 3),
    },
).filter(bool)


class Restaurants(RuleBasedStateMachine):
    """People of the town at work; after each act every row is where the model has it."""

    databases: Databases

    def __init__(self) -> None:
        super().__init__()
        self.url = self.databases.copy(town.fill_database)
        self.engine = create_engine(running.settings(self.url).database_url)
        database.prepare(self.engine)
        self.people = Town(self.engine)
        rows = self.people.rows()
        self.model = Model(rows, {key: self._place(key) for key in rows})
        self.newest = self.people.versions()

    def teardown(self) -> None:
        assert self.people.replayed() == self.model.rows
        self.engine.dispose()
        self.databases.drop(self.url)

    # What people do.

    @rule(of=NUMBERS, who=st.booleans(), name=NAMES, kind=st.sampled_from(["menu", "section", "menu_item"]))
    def create(self, of: int, *, who: bool, name: str, kind: str) -> None:
        parent = RECORDED[kind].parent_name
        above = self._any(parent, of)
        if above is None:
            return
        place = self.model.places[parent, above]

        def work(session: Session) -> list[Any]:
            row = RECORDED[kind](name=name, **{"restaurant_id": place, f"{parent}_id": above})
            session.add(row)
            return [row]

        self._do(self._somebody(place, chief=who), work)

    @rule(of=NUMBERS, name=NAMES)
    def create_a_card(self, of: int, name: str) -> None:
        place = self._any("restaurant", of)
        if place is None:
            return

        def work(session: Session) -> list[Any]:
            menu = Menu(restaurant=session.get_one(Restaurant, place), name=name)
            section = Section(menu=menu, name=name)
            rows = [menu, section, *(MenuItem(section=section, name=name, price=each) for each in (1, None))]
            session.add_all(rows)
            return rows

        self._do(self._somebody(place, chief=False), work)

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=3), who=st.booleans(), values=ITEM_FACTS)
    def edit_items(self, numbers: list[int], *, who: bool, values: Values) -> None:
        first = self._any("menu_item", numbers[0])
        if first is None:
            return
        place = self.model.places["menu_item", first]
        here = self.model.numbers("menu_item", [place])
        self._change({("menu_item", here[number % len(here)]): values for number in numbers}, chief=who)

    @rule(number=NUMBERS, hours=st.sampled_from([None, 1, 2]), off=st.booleans())
    def sell_out(self, number: int, hours: int | None, *, off: bool) -> None:
        item = self._any("menu_item", number)
        if item is None:
            return
        place = self.model.places["menu_item", item]
        who = self._somebody(place, chief=False)
        until = town.AT + timedelta(hours=hours) if hours else None
        by = self.people.actor(who)

        def work(session: Session) -> list[Any]:
            row = session.get_one(MenuItem, item)
            if off:
                selling_out.mark_sold_out(row, by=by, at=self.people.now, until=until)
            else:
                selling_out.mark_available(row)
            return [row]

        self._do(who, work)

    @rule(number=NUMBERS, kind=st.sampled_from(["restaurant", "menu", "section"]), name=NAMES)
    def rename(self, number: int, kind: str, name: str) -> None:
        row = self._any(kind, number)
        if row is not None:
            self._change({(kind, row): {"name": name}}, chief=True)

    @rule(number=NUMBERS, to=NUMBERS, kind=st.sampled_from(["section", "menu_item"]))
    def move(self, number: int, to: int, kind: str) -> None:
        row = self._any(kind, number)
        if row is not None:
            above = RECORDED[kind].parent_name
            there = self.model.numbers(above, [self.model.places[kind, row]])
            self._change({(kind, row): {f"{above}_id": there[to % len(there)]}}, chief=False)

    @rule(
        number=NUMBERS, who=st.booleans(), kind=st.sampled_from(["menu", "section", "menu_item", "menu_item"])
    )
    def delete(self, number: int, *, who: bool, kind: str) -> None:
        row = self._any(kind, number)
        if row is not None:
            self._delete(self._somebody(self.model.places[kind, row], chief=who), (kind, row))

    @rule(number=NUMBERS, owner=st.booleans())
    def close(self, number: int, *, owner: bool) -> None:
        place = self._any("restaurant", number)
        if place is not None:
            self._delete(self._somebody(place, chief=True) if owner else "ada", ("restaurant", place))

    @rule(name=st.sampled_from(["Burger", "Soup"]))
    def open(self, name: str) -> None:
        by = self.people.actor("olga")
        taken = {values["slug"] for key, values in self.model.rows.items() if key[0] == "restaurant"}

        def work(session: Session) -> list[Any]:
            row = town.restaurant(name)
            with tenancy.unscoped(session, tenancy.Reason.OPEN_RESTAURANT):
                opening.open_restaurant(session, row, by=by, at=town.AT)
            assert row.slug == slugs.unique(name, taken)
            return [row, *row.memberships]

        self._do("olga", work)

    # And undo.

    @precondition(lambda self: self.model.acts)
    @rule(number=NUMBERS, newest=st.booleans(), choice=st.sampled_from(Choice), who=st.booleans())
    def undo(self, number: int, choice: Choice, *, newest: bool, who: bool) -> None:
        acts = self.model.acts
        done = acts[-1 - number % min(3, len(acts))] if newest else acts[number % len(acts)]
        undoing = done.who if who and self._may_undo(done) else "ada"
        by = self.people.actor(undoing)
        expected = self._planned(lambda: self.model.plan(done))

        def work(session: Session) -> None:
            reversal = reverting.of_act(session, done.number, by=by)
            assert {(each.effect.key, each.fact) for each in reversal.later} == (expected or Plan()).against
            reverting.carry_out(session, reversal.resolved(choice), undoes=done.number)

        self._revert(undoing, work, expected and self.model.resolved(expected, choice))

    @precondition(lambda self: self.model.acts)
    @rule(act=NUMBERS, row=NUMBERS)
    def make_as_it_was(self, act: int, row: int) -> None:
        done = self.model.acts[act % len(self.model.acts)]
        then = sorted(key for key, (_, after) in done.rows.items() if after and key[0] != "membership")
        if not then:
            return
        key = then[row % len(then)]
        expected = self._planned(lambda: self.model.moment(key, done.rows[key][1]))
        lines = [line for line in self.people.changes(done.number) if (line.kind, line.row_id) == key]
        ada = self.people.actor("ada")

        def work(session: Session) -> None:
            change = session.merge(lines[-1], load=False)
            reverting.carry_out(session, reverting.to_moment(session, change, by=ada))

        self._revert("ada", work, expected)

    # How.

    def _planned(self, plan: Callable[[], Plan]) -> Plan | None:
        """Return the plan; None where it is impossible."""
        try:
            return plan()
        except Impossible:
            return None

    def _revert(self, who: str, work: Callable[[Session], None], plan: Plan | None) -> None:
        after = plan and self._applied(plan)
        if plan is None or after is None:
            with self.people.session(who) as session, pytest.raises(Blocked):
                work(session)
        elif plan.is_empty:
            with self.people.session(who) as session:
                work(session)
                assert not session.new | session.dirty | session.deleted
        else:
            self._committed(who, work, after)

    def _applied(self, plan: Plan) -> dict[Key, Values] | None:
        try:
            return self.model.applied(plan)
        except Impossible:
            return None

    def _change(self, values: dict[Key, Values], *, chief: bool) -> None:
        rows = self.model.rows
        after = rows | {key: rows[key] | new for key, new in values.items()}

        def work(session: Session) -> None:
            for (kind, number), new in values.items():
                row = session.get_one(RECORDED[kind], number)
                for name, value in stored(type(row), new).items():
                    setattr(row, name, value)

        if after != rows:
            places = {self.model.places[key] for key in values}
            self._committed(self._somebody(places.pop(), chief=chief), work, after)

    def _delete(self, who: str, key: Key) -> None:
        def work(session: Session) -> None:
            session.delete(session.get_one(RECORDED[key[0]], key[1]))

        self._committed(who, work, self.model.without([key]))

    def _do(self, who: str, work: Callable[[Session], list[Any]]) -> None:
        """Do what the model learns from the rows it yields: the numbers that the database gave them."""
        after = dict(self.model.rows)
        with self.people.session(who) as session:
            rows = work(session)
            session.flush()
            for row in rows:
                after[row.__tablename__, row.id] = values_of(row)
                self.model.places[row.__tablename__, row.id] = getattr(row, "restaurant_id", row.id)
            session.commit()
            number = recording.last_act(session)
        if after != self.model.rows:
            self._check(who, number, after)
        else:
            assert number is None

    def _committed(self, who: str, work: Callable[[Session], object], after: dict[Key, Values]) -> None:
        self._check(who, self.people.act(who, work), after)

    def _check(self, who: str, number: UUID | None, after: dict[Key, Values]) -> None:
        self.model.record(number, who, after)
        assert self.people.rows() == after
        now = self.people.versions()
        for key, (_, left) in self.model.acts[-1].rows.items():
            assert left is None or now[key] > self.newest.get(key, 0), key
        self.newest |= now

    def _any(self, kind: str, number: int) -> int | None:
        there = self.model.numbers(kind, self.model.places.values())
        return there[number % len(there)] if there else None

    def _somebody(self, place: int, *, chief: bool) -> str:
        """Return who does it there: the owner, or in Burger also its manager."""
        if place == town.BURGER:
            return "olga" if chief else "mia"
        return "stan" if place == town.PANDA else "olga"

    def _may_undo(self, done: Done) -> bool:
        """Tell whether whoever did it holds all of it still, or closed the restaurant by it."""
        places = {self.model.places[key] for key in done.rows}
        return done.who != "ada" and all(("restaurant", place) in self.model.rows for place in places)

    def _place(self, key: Key) -> int:
        kind, number = key
        if kind == "restaurant":
            return number
        with self.people.session("operator") as session:
            return session.get_one(RECORDED[kind], number).restaurant_id


def test_acts_undone_in_any_order_end_where_the_model_says(databases: Databases) -> None:
    machine = type("Restaurants", (Restaurants,), {"databases": databases})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, STEPS // _A_RUN),
            stateful_step_count=_A_RUN,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
