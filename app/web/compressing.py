"""Pages and files are compressed on their way; what is streamed goes as it is, row by row.

A compressed page tells by its length how often a guess in the address stands on it (BREACH). The one
secret on our pages is the CSRF token. It is signed together with the second in which the page was
made, so the whole of it is another one each second, sooner than its first letter could be guessed; the
part that stays the same is worth nothing without its signature. The cookie, by which anybody could ask
in a person's name from elsewhere, is SameSite=Lax: only whole pages can be asked for so, one by one.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from flask import Flask, Request
from flask_compress.flask_compress import DictCache

from app.extensions import compress

#: What is text. Images and spreadsheets are compressed already.
KINDS = frozenset(
    {
        "text/html",
        "text/css",
        "text/javascript",
        "application/json",
        "application/ld+json",
        "application/problem+json",
        "application/manifest+json",
        "image/svg+xml",
    }
)


class Kept(DictCache):
    """Files of this release, compressed once for each way that browsers ask for; no page is kept."""

    def set(self, key: str, value: bytes) -> None:
        """Keep what has a name."""
        if not key.endswith(";"):
            super().set(key, value)


def init_app(app: Flask, lasts: Callable[[], bool]) -> None:
    """Compress what is worth it, for whoever asks; what `lasts` is kept so."""

    def name(request: Request) -> str:
        # One name for all ways to write one path.
        return posixpath.normpath(request.path) if lasts() else ""

    app.config.update(
        COMPRESS_MIMETYPES=sorted(KINDS),
        COMPRESS_ALGORITHM=["br", "zstd", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_STREAMS=False,
        COMPRESS_CACHE_BACKEND=Kept,
        COMPRESS_CACHE_KEY=name,
    )
    compress.init_app(app)
