"""`flask run` prints the sign-in link, once, and the link works."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest
import requests

from tests.support.needs import ROOT
from tests.support.running import environment, subprocess_environment

pytestmark = pytest.mark.slow


@contextmanager
def flask_run(url, *options, **env):
    """Run the server on a free port until the end of the block; yields its port and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {name: value for name, value in environment(url, **env).items() if name != "CARTE_PUBLIC_URL"}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "run", "--port", str(port), *options],
        cwd=ROOT,
        env=subprocess_environment({**settings, "PYTHONUNBUFFERED": "1"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # The reloader's child is to end with it.
        start_new_session=True,
    )
    with process:
        try:
            yield port, process
        finally:
            end(process)


def end(process):
    os.killpg(process.pid, signal.SIGKILL)


def until(stream, words):
    """Return the lines up to the one with these words."""
    lines = []
    for line in stream:
        lines.append(line)
        if words in line:
            return lines
    raise AssertionError(f"no line with {words!r} in {lines}")


def test_the_link_is_printed_and_works(database_url):
    github = {"GITHUB_OAUTH_CLIENT_ID": "id", "GITHUB_OAUTH_CLIENT_SECRET": "secret"}
    with flask_run(database_url, **github) as (port, process):
        said = until(process.stderr, "Running on")
        link = until(process.stdout, "Sign in: ")[-1].removeprefix("Sign in: ").strip()
        page = requests.get(link, timeout=10)

    assert link.startswith(f"http://localhost:{port}/login/development?token=")
    assert page.status_code == 200
    assert "Olga, owner of two restaurants" in page.text
    assert f"Redirect URI for GitHub: http://localhost:{port}/login/github/authorized\n" in said


def test_the_reloader_prints_it_once_and_its_child_knows_it(database_url):
    with flask_run(database_url, "--debug") as (_port, process):
        until(process.stderr, "Debugger is active")
        link = until(process.stdout, "Sign in: ")[-1].removeprefix("Sign in: ").strip()
        page = requests.get(link, timeout=10)
        end(process)
        rest = process.stdout.read()

    assert page.status_code == 200
    assert "Sign in:" not in rest


def test_open_to_other_machines_it_says_that_it_is_off(database_url):
    with flask_run(database_url, "--host", "0.0.0.0") as (_port, process):
        said = until(process.stderr, "Running on")
        end(process)
        printed = process.stdout.read()

    assert "Sign in:" not in printed
    assert "The development sign-in is off: 0.0.0.0 can be reached from other machines.\n" in said
