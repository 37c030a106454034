"""The kitchen: what is on and what is off, for whoever stands at the stove with a phone."""

from __future__ import annotations

from flask import jsonify, request
from flask_admin import expose
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app import current, traces
from app.admin.base.editing import Answer
from app.admin.base.reader import ReaderView
from app.admin.base.returning import return_path
from app.admin.base.saving import one_act
from app.admin.base.saying import say_done, undo_path
from app.admin.kitchen import board, places, taps
from app.domain import money
from app.domain.errors import Forbidden, Invalid, NotFound
from app.models import MenuItem, Restaurant
from app.services import recording

#: How often a tap is tried once more, where others write to the same dish in the same moment.
_TRIES = 3


class KitchenView(ReaderView):
    """One page of big rows; a tap is a command of its own, for a script and for a form alike."""

    def is_accessible(self) -> bool:
        """Tell whether the reader may mark dishes sold out anywhere; decides the menu, too."""
        return places.cooks_anywhere(self.actor)

    @expose("/")
    def index(self) -> Answer:
        """Show the kitchen of where one works; who works in none yet chooses."""
        place = places.here(self.rows, self.actor)
        if place is not None:
            return self._page(place)
        kitchens, more = places.choices(self.rows, self.actor)
        return self.render("backoffice/kitchen/choice.html", kitchens=kitchens, more=more)

    @expose("/states/<row:number>")
    def states(self, number: int) -> Response:
        """Tell a page that stays open what is off by now; nothing where that is what it knows already."""
        place, at = places.named(self.rows, self.actor, number), current.now()
        dishes = board.dishes_of(self.rows, place)
        answer = jsonify(
            off=[one.plain for one in board.off(self.rows, place, dishes, at)],
            versions={dish.id: dish.version for dish in dishes},
            tomorrow=board.tomorrow(place, at),
            dishes=board.digest(dishes),
        )
        answer.add_etag()
        return answer.make_conditional(request)

    @expose("/<row:number>/sold-out", methods=("POST",))
    def take_off(self, number: int) -> Answer:
        """Mark a dish sold out: `until` tomorrow, a `time` (`when`), or `open`."""
        return self._tapped(number, sold_out=True)

    @expose("/<row:number>/availability", methods=("POST",))
    def put_back(self, number: int) -> Answer:
        """Put a dish back on."""
        return self._tapped(number, sold_out=False)

    def _tapped(self, number: int, *, sold_out: bool) -> Answer:
        dish, at = self._dish(number), current.now()
        tap = taps.received(dish, sold_out=sold_out, by=self.actor, at=at)
        try:
            undo = self._carry_out(tap, dish)
        except Invalid as error:
            if current.wants_json():
                raise
            return self._page(dish.restaurant, fault=(number, error)), 422
        dish, said = self._dish(number), taps.done(self._dish(number), at)
        if current.wants_json():
            return jsonify(**board.plain(self.rows, dish.restaurant, dish, at), said=said, undo=undo)
        say_done(said)
        return redirect(return_path(self.get_url(".index")))

    def _carry_out(self, tap: taps.Tap, dish: MenuItem) -> str | None:
        """Do what is tapped in one act; return where it is undone, None where nothing was left to do."""
        for tried in range(1, _TRIES + 1):
            try:
                with one_act(self.rows):
                    is_new = tap.carry_out(self.rows, dish)
                return undo_path(recording.last_act(self.rows)) if is_new else None
            except StaleDataError:
                if tried == _TRIES:
                    raise
                dish = self._dish(dish.id)
        return None

    def _page(self, place: Restaurant, *, fault: tuple[int, Invalid] | None = None) -> str:
        at = current.now()
        dishes, searched = board.dishes_of(self.rows, place), request.args.get("search", "").strip()
        off = board.off(self.rows, place, dishes, at)
        return self.render(
            "backoffice/kitchen.html",
            place=place,
            sections=list(board.by_section(dishes, searched)),
            off=off,
            ends={one.dish.id: one.until for one in off},
            price_of=lambda dish: money.show(dish.price, place.currency, current.locale()) or "",
            tomorrow=board.tomorrow(place, at),
            digest=board.digest(dishes),
            search=searched,
            at=at,
            fault=fault,
            count=len(dishes),
        )

    def _dish(self, number: int) -> MenuItem:
        dish = self.rows.scalar(select(MenuItem).where(MenuItem.id == number))
        if dish is None:
            raise NotFound("There is no such row.")
        if not places.cooks_in(self.actor, dish.restaurant_id):
            raise Forbidden("Your role in this restaurant does not allow this.")
        traces.is_about(dish.restaurant_id)
        return dish
