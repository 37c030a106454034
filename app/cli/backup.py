"""`flask backup`: a copy of the whole database in one file, its proof, and the way back."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import psycopg
from alembic.script import ScriptDirectory
from flask.cli import AppGroup

from app import current
from app.cli.backups import archive, postgresql, sqlite
from app.cli.backups.contents import Database
from app.cli.working import PROJECT, Failed, say
from app.extensions import db

backup = AppGroup("backup", help="Copy the whole database into one file, prove such a file, restore it.")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@backup.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
def create(path: Path | None) -> None:
    """Write a backup, at any time, and print its path.

    PATH is a new file, or a folder to make one in; without it, `backups` beside the SQLite file, or
    `instance/backups` for PostgreSQL. No file is ever overwritten.
    """
    with _in_plain_words():
        database = _database()
        click.echo(_create(database, path))


@backup.command()
@click.argument("path", type=_FILE)
def verify(path: Path) -> None:
    """Prove that a backup can be restored; prints each table and its rows.

    One of PostgreSQL is restored for that into a database of its own on the server of DATABASE_URL.
    """
    with _in_plain_words(), _unpacked(path) as (manifest, copy):
        how = _prove(manifest, copy)
        for name, table in manifest.contents.tables.items():
            click.echo(f"{name}\t{table.rows}")
    say(f"{path} can be restored: {how}. {_described(manifest)}")


@backup.command()
@click.argument("path", type=_FILE)
@click.option(
    "--replace", is_flag=True, help="Put it in the place of rows that are there; they are backed up first."
)
def restore(path: Path, replace: bool) -> None:
    """Put a backup into the database of DATABASE_URL: all of it or, whatever happens, nothing.

    The server may go on serving meanwhile.
    """
    with _in_plain_words(), _unpacked(path) as (manifest, copy):
        database = _database()
        newest = _require_restorable(path, manifest, database)
        _require_room(database, replace)
        database.put(copy, manifest.contents, lambda: _keep(database, replace))
    say(f"Restored. {_described(manifest)}")
    if not newest:
        say("It is older than this version of Carte; run `flask db upgrade`.")


def _create(database: Database, path: Path | None) -> Path:
    """Write a backup and return its path."""
    if path is None:
        database.folder.mkdir(parents=True, exist_ok=True)
        path = database.folder
    at = current.now()
    if path.is_dir():
        path /= f"{database.name}-{at:%Y%m%dT%H%M%S%fZ}.zip"
    manifest = archive.write(path.absolute(), database.kind, at, database.copy)
    say(_described(manifest))
    return path.absolute()


def _require_room(database: Database, replace: bool) -> bool:
    """Return whether there are rows to replace; raises Failed when there are and they must stay."""
    rows = database.rows()
    if rows and not replace:
        raise Failed(
            f"The database has {rows} rows; nothing was changed. With --replace they are backed up, "
            "and the backup takes their place."
        )
    return bool(rows)


def _keep(database: Database, replace: bool) -> None:
    """Back up what is about to be replaced: asked again, because somebody may have come meanwhile."""
    if _require_room(database, replace):
        say(f"The database as it was is in {_create(database, None)}")


def _database() -> Database:
    url = db.engine.url
    return sqlite.SQLite(url) if url.get_backend_name() == "sqlite" else postgresql.PostgreSQL(url)


def _prove(manifest: archive.Manifest, copy: Path) -> str:
    if manifest.kind == sqlite.SQLite.kind:
        return sqlite.prove(copy, manifest.contents)
    database = _database()
    if database.kind != manifest.kind:
        return postgresql.prove_list(copy, "DATABASE_URL names no PostgreSQL server to restore it on")
    return database.prove(copy, manifest.contents)


def _require_restorable(path: Path, manifest: archive.Manifest, database: Database) -> bool:
    """Return whether the backup has the newest revision; raises Failed for one that does not belong here."""
    if manifest.kind != database.kind:
        raise Failed(
            f"{path} is a backup of {manifest.kind}, and DATABASE_URL names {database.kind}; nothing was "
            f"changed. Let DATABASE_URL name a {manifest.kind} database and restore it there."
        )
    scripts = ScriptDirectory(str(PROJECT / "migrations"))
    known = {script.revision for script in scripts.walk_revisions()}
    if manifest.contents.revision not in known:
        raise Failed(
            f"{path} has the revision {manifest.contents.revision}, which this version of Carte does not "
            "know; nothing was changed. Restore it with the version that made it, or a newer one."
        )
    return manifest.contents.revision in scripts.get_heads()


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[archive.Manifest, Path]]:
    """Take the database out of a backup, into a folder of this command's own."""
    manifest = archive.read(path)
    with tempfile.TemporaryDirectory(prefix="carte-backup-") as folder:
        copy = Path(folder, "database")
        archive.extract(path, manifest, copy)
        yield manifest, copy


@contextmanager
def _in_plain_words() -> Iterator[None]:
    """Turn what a database or a file system refuses into one line and exit code 1."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        reason = " ".join((str(error).strip() or type(error).__name__).splitlines()[0].split())
        raise Failed(f"The database cannot be used: {reason}") from error
    except OSError as error:
        raise Failed(
            f"{error.filename or 'A file'}: {error.strerror or error}; nothing was changed."
        ) from error


def _described(manifest: archive.Manifest) -> str:
    contents = manifest.contents
    return (
        f"{contents.rows} rows of {len(contents.tables)} tables ({manifest.kind}), "
        f"revision {contents.revision}, as of {manifest.made_at}."
    )
