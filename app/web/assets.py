"""Where a static file is: an address that holds the hash of all of them, so that caches keep it for a year.

One hash for all, within the path: a module of `js/` imports its neighbours by a relative address,
which then leads to the same release.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from flask import Flask, Response, current_app, g, request, request_finished, send_from_directory
from werkzeug.routing import BaseConverter

from app.web import compressing

_A_YEAR = 365 * 24 * 3600
_IMPORT = re.compile(r"""^(?:import|export)\b[^"';]*["'](\.{1,2}/[^"']+)["'];""", re.MULTILINE)

#: Each file's path, size and time of change: what tells that none is another than before.
_Stamp = tuple[tuple[str, int, int], ...]


class Release(BaseConverter):
    """The hash in an address; nothing among the files is named so."""

    regex = "[0-9a-f]{12}"
    part_isolating = True


def init_app(app: Flask) -> None:
    """Serve the files at their lasting addresses too, and give the templates `static_url` and `modules`."""
    # Otherwise it is what the machine's own tables say.
    mimetypes.add_type("text/javascript", ".js")
    app.url_map.converters["release"] = Release
    app.add_url_rule("/static/<release:release>/<path:filename>", "assets", _serve)
    app.jinja_env.globals["static_url"] = static_url
    app.jinja_env.globals["modules"] = modules
    request_finished.connect(_keep, app)


def static_url(filename: str) -> str:
    """Return the address of a static file as it is now."""
    return f"{current_app.static_url_path}/{_release()}/{filename}"


def modules(entry: str) -> list[str]:
    """Return the addresses of all that a script imports, for a page to name: none waits for another."""
    return [static_url(name) for name in _imported(str(current_app.static_folder), entry, _release())]


def _serve(filename: str, **_release_asked: str) -> Response:
    """Answer with the file as it is now; one of another release is only not kept."""
    answer = send_from_directory(str(current_app.static_folder), filename)
    del answer.headers["Content-Disposition"]
    if answer.status_code == 200 and answer.mimetype in compressing.KINDS:
        # Whole, as what is compressed once and kept.
        answer.direct_passthrough = False
        answer.get_data()
        answer.close()
    return answer


def is_lasting() -> bool:
    """Tell whether the request is for a file of this very release."""
    return request.endpoint == "assets" and (request.view_args or {}).get("release") == _release()


def _keep(_app: Flask, response: Response, **_extra: Any) -> None:
    if response.status_code in {200, 206, 304} and is_lasting():
        response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
        # Flask-Login looks into every session, and Flask then says that the answer depends on the
        # cookie: each new flash would make browsers fetch the stylesheet again.
        response.headers["Vary"] = "Accept-Encoding"


def _release() -> str:
    """Return the hash of all static files, looked at once a request."""
    if "carte_release" not in g:
        folder = str(current_app.static_folder)
        g.carte_release = _hash(folder, _stamp(folder))
    return str(g.carte_release)


def _stamp(folder: str) -> _Stamp:
    return tuple(sorted(_files(folder)))


def _files(folder: str, within: str = "") -> Iterator[tuple[str, int, int]]:
    # Each request asks: `os.scandir` takes a fifth of the time that `Path.rglob` takes.
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path, f"{within}{entry.name}/")
            else:
                found = entry.stat()
                yield f"{within}{entry.name}", found.st_size, found.st_mtime_ns


@lru_cache(maxsize=8)
def _hash(folder: str, stamp: _Stamp) -> str:
    content = hashlib.sha256()
    for name, size, _changed in stamp:
        content.update(f"{name}:{size}:".encode())
        content.update(Path(folder, name).read_bytes())
    return content.hexdigest()[:12]


@lru_cache(maxsize=8)
def _imported(folder: str, entry: str, _of: str) -> tuple[str, ...]:
    found: list[str] = []
    waiting = [entry]
    while waiting:
        name = waiting.pop(0)
        for relative in _IMPORT.findall(Path(folder, name).read_text(encoding="utf-8")):
            path = _joined(PurePosixPath(name).parent / relative)
            if path not in found:
                found.append(path)
                waiting.append(path)
    return tuple(found)


def _joined(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
