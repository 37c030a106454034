"""The file of a backup: a zip with the database and a manifest, so that no copy goes without its proof."""

from __future__ import annotations

import errno
import hashlib
import json
import lzma
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.cli.backups.contents import Contents, Table
from app.cli.backups.pace import chunks
from app.cli.working import Failed

#: Raised when an older Carte could not read the file.
_FORMAT = 1
_MANIFEST, _DATABASE = "manifest.json", "database"

#: The most bytes of a manifest: a thousand times what one has, and little enough to be read at once.
_MOST = 1 << 22

#: What a file raises that is no zip, a damaged one, or one packed in a way that is not ours: RuntimeError
#: where it is encrypted, packed by another method, or its manifest too deep.
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, KeyError, RuntimeError)

#: What a file system without hard links answers.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; `made_at` is in UTC, `sha256` is that of the database's file."""

    kind: str
    made_at: str
    sha256: str
    contents: Contents


def write(target: Path, kind: str, at: datetime, copy: Callable[[Path], Contents]) -> Manifest:
    """Make the file whole under another name, then give it its own; raises Failed for one that is taken.

    `copy` writes the database to the path that it is given. A run that is killed leaves a folder
    `.backup-…` behind and never half a backup.
    """
    if not target.parent.is_dir():
        raise Failed(f"There is no folder {target.parent}; nothing was written.")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        database, draft = Path(folder, _DATABASE), Path(folder, "draft")
        contents = copy(database)
        if not contents.revision:
            raise Failed("The database has no tables yet; run `flask db upgrade` first.")
        manifest = Manifest(kind, f"{at:%Y-%m-%dT%H:%M:%SZ}", _sha256_of(database), contents)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(_MANIFEST, json.dumps({"format": _FORMAT, **asdict(manifest)}, indent=1))
                _add(archive, database)
            file.flush()
            os.fsync(file.fileno())
        _give_name(draft, target)
    return manifest


def read(path: Path) -> Manifest:
    """Return what the backup says of itself; raises Failed for a file that is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            said = json.loads(_text_of(archive))
        if said["format"] != _FORMAT:
            raise Failed(f"{path} was made by a newer version of Carte; use that version.")
        return _manifest(said)
    except (*_DAMAGE, AttributeError, TypeError, ValueError) as error:
        raise Failed(f"{path} is no backup of Carte, or it is damaged.") from error


def extract(path: Path, manifest: Manifest, target: Path) -> None:
    """Write the database within the backup to `target`; raises Failed unless it is what was kept."""
    digest = hashlib.sha256()
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(_DATABASE) as packed,
            os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        ):
            for chunk in chunks(packed, "Unpacking:"):
                digest.update(chunk)
                file.write(chunk)
    except _DAMAGE as error:
        raise Failed(f"{path} is damaged: {error}.") from error
    if digest.hexdigest() != manifest.sha256:
        raise Failed(f"{path} is damaged: its database is not the one that was backed up.")


def _text_of(archive: zipfile.ZipFile) -> bytes:
    if archive.getinfo(_MANIFEST).file_size > _MOST:
        raise ValueError(_MANIFEST)
    return archive.read(_MANIFEST)


def _manifest(said: Any) -> Manifest:
    """Return what was read as a manifest; raises ValueError for what no backup says.

    The terminal shows some of it, and the database is asked for some: only plain words and whole numbers.
    """
    kept = said["contents"]
    tables = {name: Table(**table) for name, table in kept["tables"].items()}
    manifest = Manifest(
        said["kind"], said["made_at"], said["sha256"], Contents(kept["revision"], kept["schema"], tables)
    )
    words = [manifest.kind, manifest.made_at, manifest.sha256, kept["revision"], kept["schema"], *tables]
    words += [table.sha256 for table in tables.values()]
    if not all(isinstance(word, str) and word.isprintable() for word in words):
        raise ValueError(_MANIFEST)
    if not all(type(table.rows) is int for table in tables.values()):
        raise ValueError(_MANIFEST)
    return manifest


def _add(archive: zipfile.ZipFile, database: Path) -> None:
    # Its size is not known to be below 2 GB until it has been packed.
    with database.open("rb") as file, archive.open(_DATABASE, "w", force_zip64=True) as packed:
        for chunk in chunks(file, "Packing:"):
            packed.write(chunk)


def _sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in chunks(file, "Reading:"):
            digest.update(chunk)
    return digest.hexdigest()


def _give_name(draft: Path, target: Path) -> None:
    """Let the whole file appear under its name, on disk too; never in the place of another file."""
    try:
        try:
            os.link(draft, target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # Taken first, so that the draft can only ever replace this empty file.
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            draft.replace(target)
    except FileExistsError as error:
        raise Failed(f"{target} exists already and stays as it is; choose another name.") from error
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
