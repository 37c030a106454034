from __future__ import annotations

import socket

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def unreachable(request, tmp_path):
    """The address of a database that is not there."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/no/such/folder/carte.sqlite3"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return f"postgresql://carte@127.0.0.1:{port}/carte"
