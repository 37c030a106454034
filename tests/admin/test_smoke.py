"""Every page of the back office, once."""

import re
import pytest

LISTS = ("restaurants", "menus", "sections", "items", "people", "users")


@pytest.mark.parametrize("name", LISTS)
def test_pages(app, sign_in, name):
    ada = sign_in("ada")
    page = ada.get(f"/admin/{name}/")
    assert page.status_code == 200, page.text
    row = re.search(r'data-id="(\d+)"', page.text).group(1)
    for path in ("details", "edit", "deletion"):
        answer = ada.get(f"/admin/{name}/{path}/?id={row}")
        assert answer.status_code == 200, (path, answer.text)
    assert ada.get(f"/admin/{name}/new/").status_code == 200
    for kind in ("csv", "xlsx"):
        assert ada.get(f"/admin/{name}/export/{kind}/").data
    assert ada.get("/admin/").status_code == 200
