"""Rows below a row within its form, Flask-Admin's `inline_models`, drawn by our own template.

Hole mended: Flask-Admin's widget names its template itself, and that one lives by inline handlers. No view
of Carte uses them: such rows carry no version of their own, so that of two people the last would win; here
each row has a form of its own (app/admin/base/below.py leads from one to the next).
"""

from __future__ import annotations

from flask_admin.contrib.sqla.fields import InlineModelFormList
from flask_admin.contrib.sqla.form import InlineModelConverter
from flask_admin.form import RenderTemplateWidget


class InlineRows(InlineModelFormList):
    """The rows below, each a group of fields."""

    widget = RenderTemplateWidget("backoffice/_inline.html")


class InlineRowsConverter(InlineModelConverter):
    """Makes InlineRows of `inline_models`."""

    inline_field_list_type = InlineRows
