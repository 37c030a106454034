"""Text that is chosen from many known values, such as a currency; Flask-Admin has it typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wtforms.fields import SelectFieldBase
from wtforms.fields.choices import Choice  # type: ignore[attr-defined] # its types are of WTForms 3.2
from wtforms.widgets import Select

from app.admin.base.fields import LineField, own_required

#: Longer than any code; how long a value may be is what its column and its rule say.
_LONGEST = 100


class ChosenField(LineField, SelectFieldBase):
    """One line of text that is chosen rather than typed; a value that is not on offer stays what it is.

    What may be stored is the service's to say. Derived fields say what is on offer, as pairs of value and
    label, each under the heading of its group; the blank group has none.
    """

    widget = Select()
    #: More choices than these are searched for.
    few = 50

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, most=_LONGEST, **own_required(kwargs))

    def offered(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Return the choices."""
        raise NotImplementedError

    @property
    def has_more(self) -> bool:
        """Whether there are so many choices that the page offers to search them."""
        return sum(map(len, self.offered().values())) > self.few

    def has_groups(self) -> bool:
        return set(self.offered()) != {""}

    def iter_groups(self) -> Iterator[Any]:
        if not self._is_offered():
            yield None, iter([Choice(self.data or "", self.data or "", selected=True, render_kw={})])
        for heading, pairs in self.offered().items():
            yield heading or None, self._choices(pairs)

    def iter_choices(self) -> Iterator[Choice]:
        for _heading, choices in self.iter_groups():
            yield from choices

    def _choices(self, pairs: Sequence[tuple[str, str]]) -> Iterator[Choice]:
        for value, label in pairs:
            yield Choice(value, label, selected=value == self.data, render_kw={})

    def _is_offered(self) -> bool:
        return any(value == self.data for pairs in self.offered().values() for value, _label in pairs)
