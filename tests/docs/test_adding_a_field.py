"""docs/from-the-original.md, “Add a field in five minutes”: done in a scratch copy, word for word."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.support.needs import ROOT

pytestmark = pytest.mark.slow

_GUIDE = (ROOT / "docs" / "from-the-original.md").read_text(encoding="utf-8").split("## Add a field")[1]
_MODEL, _POLICY, _VIEW = re.findall(r"```python\n(.+?\n)```", _GUIDE, re.DOTALL)

#: Olga gives a dish its spice in the form, as the back office shows it.
_USE = """
import re
from app import create_app
from tests.support import browsing

app = create_app()
app.test_client_class = browsing.Client
olga = browsing.sign_in(app, "olga")
page = olga.get("/admin/items/edit/?id=1").text
assert 'name="spice"' in page, page
version = re.search(r'name="row_version"[^>]*value="([0-9]+)"', page).group(1)
fields = {"name": "French Fries", "price": "3.25", "spice": "3", "row_version": version}
answer = browsing.post(olga, "/admin/items/edit/?id=1", fields)
assert answer.status_code == 302, answer.text
assert re.search(r'name="spice"[^>]*value="3"', olga.get("/admin/items/edit/?id=1").text)
"""


def replace_line(path, new):
    """Put the guide's line where the line that begins alike stands."""
    begin = new.split("{")[0].split("=")[0]
    text = path.read_text()
    assert text.count(begin) == 1, f"{begin!r} in {path.name}"
    path.write_text(re.sub(rf"^{re.escape(begin)}.*\n", lambda _: new, text, flags=re.MULTILINE))


def test_the_guide_is_true(checkout, flask_in, python_in):
    flask_in("db", "upgrade")
    flask_in("fixtures", "load")
    model = checkout / "app/models/menus.py"
    text = model.read_text()
    assert text.count("    sold_out_at: Mapped") == 1
    model.write_text(text.replace("    sold_out_at: Mapped", f"{_MODEL}    sold_out_at: Mapped"))

    for command in re.findall(r"^\$ flask (.+)$", _GUIDE, re.MULTILINE):
        flask_in(*shlex.split(command))
    replace_line(checkout / "app/policies/grants.py", _POLICY)
    replace_line(checkout / "app/admin/views/items.py", _VIEW)

    python_in("-c", _USE)
    flask_in("db", "downgrade")
