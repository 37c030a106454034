"""From files to documents: all of them are read, and every fault is found, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.domain.documents import Fault, Faulty, Fixture
from app.services.importing import csv_files, yaml_files
from app.services.importing.naming import Known, Names
from app.services.importing.nodes import Source

_YAML, _CSV = {".yaml", ".yml"}, {".csv"}


def read(paths: Sequence[Path], restaurants: Iterable[Known] = ()) -> Fixture:
    """Return what files, or the files of folders in the order of their names, say.

    `restaurants`, from `known`, tells which currency a CSV's prices are in. Raises Faulty with
    every fault of every file.
    """
    faults: list[Fault] = []
    names = Names(restaurants)
    parts = [_read_file(path, names, faults) for path in _files(paths, faults)]
    fixture = Fixture(
        tuple(document for part in parts for document in part.restaurants),
        tuple(person for part in parts for person in part.people),
    )
    faults += _repeated(fixture)
    if faults:
        raise Faulty(faults)
    return fixture


def _files(paths: Sequence[Path], faults: list[Fault]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(
                file for file in path.iterdir() if file.suffix.lower() in _YAML | _CSV and file.is_file()
            )
            if not inside:
                faults.append(Fault(str(path), 1, "file", "This folder has no .yaml and no .csv files."))
            files += inside
        elif path.suffix.lower() in _YAML | _CSV:
            files.append(path)
        else:
            faults.append(Fault(str(path), 1, "file", "A fixture is a .yaml or a .csv file."))
    return files


def _read_file(path: Path, names: Names, faults: list[Fault]) -> Fixture:
    source = Source(str(path), faults)
    try:
        raw = path.read_bytes()
    except OSError as error:
        source.fault(1, "file", f"This file cannot be read: {error.strerror}.")
        return Fixture()
    written = source.decode(raw)
    if written is None:
        return Fixture()
    if path.suffix.lower() in _CSV:
        return Fixture(restaurants=csv_files.read(source, written, names))
    return yaml_files.read(source, written)


def _repeated(fixture: Fixture) -> list[Fault]:
    """Find restaurants and people that two documents describe."""
    faults: list[Fault] = []
    slugs: dict[str, str] = {}
    for document in fixture.restaurants:
        if document.slug in slugs:
            words = f"{slugs[document.slug]} describes this restaurant too."
            faults.append(Fault(document.file, document.line, "slug", words))
        slugs.setdefault(document.slug, document.file)
    keys: dict[str, str] = {}
    for person in fixture.people:
        if person.key in keys:
            faults.append(
                Fault(person.file, person.line, "key", f"{keys[person.key]} has a person of this key too.")
            )
        keys.setdefault(person.key, person.file)
    return faults
