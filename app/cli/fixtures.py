"""`flask fixtures`: sample menus in, a restaurant out, many invented ones."""

from __future__ import annotations

import sys
from dataclasses import astuple
from pathlib import Path

import click
from flask.cli import AppGroup

from app import current
from app.cli.working import PROJECT, Failed, say, working
from app.domain.documents import Faulty, Fixture
from app.services import exporting, finding, generating, importing

#: The folder of the sample menus.
SAMPLES = PROJECT / "fixtures"

fixtures = AppGroup("fixtures", help="Load sample menus and files, dump a restaurant, generate many.")


@fixtures.command("list")
def list_samples() -> None:
    """List the sample menus: name for `load`, restaurant, number of items."""
    for document in _read([SAMPLES]).restaurants:
        click.echo(f"{document.slug}\t{document.name}\t{document.items}")


@fixtures.command()
@click.argument("source", required=False, metavar="[NAME or PATH]")
@click.option("--reset", is_flag=True, help="Put these restaurants back to what the file says.")
def load(source: str | None, reset: bool) -> None:
    """Load the sample menus, one of them by NAME, or a .yaml, .csv or folder by PATH.

    What people have edited, renamed, moved or deleted since stays, unless --reset is given. Prints
    a line for each restaurant: kind, slug, and the rows created, updated, unchanged, kept, deleted.
    """
    with working() as session:
        fixture = _chosen(source, importing.known(session))
        with click.progressbar(length=fixture.size, label="Loading", file=sys.stderr) as bar:
            report = importing.load(session, fixture, at=current.now(), reset=reset, progress=bar.update)
    _tell(fixture, report)


@fixtures.command()
@click.argument("slug")
def dump(slug: str) -> None:
    """Write a restaurant as a fixture file, which `load` takes back."""
    with working() as session:
        click.echo(exporting.dump(session, finding.restaurant(session, slug)), nl=False)


@fixtures.command()
@click.option("--restaurants", type=click.IntRange(1, 100_000), default=10, show_default=True)
@click.option("--items", type=click.IntRange(0, 10_000_000), default=500, show_default=True, help="In all.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same menus.")
def generate(restaurants: int, items: int, seed: int) -> None:
    """Make plausible restaurants and print their slugs."""
    bar = click.progressbar(length=items, label="Generating", file=sys.stderr)
    with working() as session, bar:
        slugs = generating.generate(
            session, restaurants=restaurants, items=items, seed=seed, at=current.now(), progress=bar.update
        )
    click.echo("\n".join(slugs))
    say(f"Generated {restaurants} restaurants with {items} items.")


def _read(paths: list[Path], known: list[importing.Known] | None = None) -> Fixture:
    try:
        return importing.read(paths, known or ())
    except Faulty as faulty:
        raise Failed(str(faulty)) from faulty


def _chosen(source: str | None, known: list[importing.Known]) -> Fixture:
    """Return the samples, one of them, or what is at a path; a sample's name goes first."""
    if source is not None and Path(source).exists() and "/" in source:
        return _read([Path(source)], known)
    samples = _read([SAMPLES])
    if source is None:
        return samples
    names = [document.slug for document in samples.restaurants]
    if source in names:
        return samples.only(source)
    if not Path(source).exists():
        raise Failed(f"There is no file, folder or sample “{source}”. The samples: {', '.join(names)}.")
    return _read([Path(source)], known)


def _tell(fixture: Fixture, report: importing.Report) -> None:
    for slug, counts in report.restaurants.items():
        click.echo("\t".join(map(str, ("restaurant", slug, *astuple(counts)))))
    if fixture.people:
        click.echo("\t".join(map(str, ("people", "-", *astuple(report.people)))))
    every = [*report.restaurants.values(), report.people]
    totals = [sum(column) for column in zip(*map(astuple, every), strict=True)]
    items = sum(document.items for document in fixture.restaurants)
    created, updated, unchanged, kept, deleted = totals
    say(
        f"Loaded {len(fixture.restaurants)} restaurants with {items} items: {created} rows created, "
        f"{updated} updated, {unchanged} unchanged, {kept} kept as people left them, {deleted} deleted."
    )
