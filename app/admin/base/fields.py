"""Form fields that hold Carte's rules: tidy text, exact prices, rows within reach."""

from __future__ import annotations

from typing import Any

from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.model.form import converts
from flask_babel import gettext
from wtforms import BooleanField, Field, IntegerField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import TextInput

from app import current
from app.admin.base.relations import RelationField
from app.domain import money, numbers, text
from app.extensions import db
from app.saying import said
from app.services import arranging


class _Tidy:
    """Text as the domain wants it, refused before the database could.

    A field that was not posted at all keeps its value; one that was posted blank is blank.
    """

    lines = False
    data: Any
    flags: Any

    def __init__(self, *args: Any, most: int, required: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        self.flags.required = required

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = text.tidy(valuelist[0])

    def pre_validate(self, form: BaseForm) -> None:
        if not self.data:
            if self.flags.required:
                raise StopValidation(gettext("This cannot be empty."))
            return
        wrong = text.fault(self.data, most=self.most, lines=self.lines)
        if wrong:
            raise StopValidation(wrong)


class LineField(_Tidy, StringField):
    """One line of text, at most `most` characters."""


class ParagraphField(_Tidy, TextAreaField):
    """Several lines of text, at most `most` characters."""

    lines = True


def _kept(kwargs: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    """Return the arguments of a field whose input has these attributes, unless its view says otherwise."""
    return {**kwargs, "render_kw": {**attributes, **(kwargs.get("render_kw") or {})}}


class PriceField(Field):
    """A price typed in the reader's own way; `data` is minor units, None: no price yet.

    The view says in which `currency`; while it is None, nobody knows in which, and nothing is read.
    """

    widget = TextInput()
    data: int | None
    currency: str | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **_kept(kwargs, inputmode="decimal", size=10))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return money.typed(self.data, self.currency, current.locale()) if self.currency else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Leave what was typed to pre_validate, which knows the currency."""

    def pre_validate(self, form: BaseForm) -> None:
        if not self.raw_data or self.currency is None:
            return
        try:
            self.data = money.parse(str(self.raw_data[0]), self.currency, current.locale())
        except money.PriceError as error:
            raise StopValidation(said(error.words)) from error


class PositionField(IntegerField):
    """Where the row stands among its neighbours; blank: at the end.

    What the row belongs to stands before this field in its form, for the neighbours are looked up in it.
    """

    #: A browser's own number input throws away what is none, and with it what was typed.
    widget = TextInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The column's own default is the first place.
        kwargs = _kept({**kwargs, "default": None}, inputmode="numeric", size=6)
        super().__init__(*args, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        typed = valuelist[0].strip()
        self.data = numbers.whole(typed, most=arranging.LAST)
        if typed and self.data is None:
            raise ValueError(
                gettext(
                    "Type a whole number from 0 to %(last)s, or leave it blank for the end.",
                    last=arranging.LAST,
                )
            )

    def populate_obj(self, obj: Any, name: str) -> None:
        last = arranging.next_position(db.session(), obj) if self.data is None else self.data
        setattr(obj, name, last)


class SwitchField(BooleanField):
    """A yes or a no.

    The page sends 0 before the box's own 1, so that a box that was not on the page changes nothing.
    """

    #: The page draws it as a box beside its label.
    is_switch = True

    _WORDS = {
        "1": True,
        "true": True,
        "on": True,
        "y": True,
        "0": False,
        "false": False,
        "off": False,
        "": False,
    }

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        word = valuelist[-1].lower()
        if word not in self._WORDS:
            raise ValueError(gettext("This is either on (1) or off (0)."))
        self.data = self._WORDS[word]


class CarteConverter(AdminModelConverter):
    """Columns to fields; what Flask-Admin would leave unbounded is bounded here."""

    @converts("String")
    def conv_String(self, column: Any, field_args: dict[str, Any], **extra: Any) -> Field:
        return LineField(most=column.type.length, **own_required(field_args))

    @converts("Text")
    def conv_Text(self, field_args: dict[str, Any], **extra: Any) -> Field:
        return ParagraphField(most=text.LONGEST, **own_required(field_args))

    def _model_select_field(self, prop: Any, multiple: Any, remote_model: Any, **kwargs: Any) -> Field:
        # Without a Relation in `form_ajax_refs` a relation has no field: Flask-Admin's own select
        # would list a whole table.
        kwargs.pop("allow_blank", None)
        return RelationField(relation=self.view._form_ajax_refs[prop.key], **own_required(kwargs))


def own_required(field_args: dict[str, Any]) -> dict[str, Any]:
    """Let our own field say what is missing.

    InputRequired takes a space for text, and a field that was not posted for an empty one.
    """
    validators = field_args.get("validators", [])
    needed = any(isinstance(validator, InputRequired) for validator in validators)
    kept = [validator for validator in validators if not isinstance(validator, InputRequired)]
    return {**field_args, "validators": kept, "required": needed}
