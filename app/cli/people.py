"""`flask people`: who is there, who is asked to come, who administers, who is shut out."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app import current
from app.cli.working import say, working
from app.domain.addresses import invitation
from app.domain.roles import ADMINISTRATOR, Role
from app.models import Restaurant, User
from app.services import administering, disabling, finding, inviting

people = AppGroup(
    "people", help="List, invite, grant, disable. A person is named by e-mail address or number."
)


@people.command("list")
def list_people() -> None:
    """Print number, name, e-mail, `administrator` or -, `active` or `disabled`, and each slug:role."""
    with working() as session:
        for user in finding.everybody(session):
            click.echo("\t".join(_described(user)))


@people.command()
@click.argument("email")
@click.option("--restaurant", "slug", required=True, metavar="SLUG")
@click.option("--role", required=True, type=click.Choice([str(role) for role in Role]))
def invite(email: str, slug: str, role: str) -> None:
    """Print a link that gives the verified owner of EMAIL the role, once, within seven days."""
    with working() as session:
        restaurant = finding.restaurant(session, slug)
        link, place = _link(session, email, role, restaurant), restaurant.name
    say(f"Send this link to {email}: it makes them {role} of {place}, works once and for seven days.")
    click.echo(link)


@people.command("grant-admin")
@click.argument("email")
def grant_admin(email: str) -> None:
    """Make a known person an administrator, or print a one-time link for an address not verified here."""
    with working() as session:
        user = finding.verified(session, email) if "@" in email else finding.person(session, email)
        link = None
        if user is None:
            link = _link(session, email, ADMINISTRATOR, None)
        else:
            administering.grant(session, user, by=None, at=current.now())
    if link is None:
        say(f"{email} is an administrator now.")
        return
    say(f"Nobody here has verified {email} yet. Send them this link; it works once and for seven days.")
    click.echo(link)


@people.command("revoke-admin")
@click.argument("email")
def revoke_admin(email: str) -> None:
    """End somebody's administration; the last active administrator stays."""
    with working() as session:
        administering.revoke(session, finding.person(session, email), by=None, at=current.now())
    say(f"{email} is no longer an administrator.")


@people.command()
@click.argument("email")
def disable(email: str) -> None:
    """Refuse a person from now on and end all their sessions; the last active administrator stays."""
    with working() as session:
        disabling.disable(session, finding.person(session, email), by=None, at=current.now())
    say(f"{email} is disabled and signed out everywhere.")


@people.command()
@click.argument("email")
def enable(email: str) -> None:
    """Let a disabled person sign in again."""
    with working() as session:
        disabling.enable(session, finding.person(session, email), by=None, at=current.now())
    say(f"{email} may sign in again.")


def _described(user: User) -> tuple[str, ...]:
    return (
        str(user.id),
        user.name,
        user.email,
        "administrator" if user.administrator_since else "-",
        "disabled" if user.disabled_at else "active",
        ",".join(f"{held.restaurant.slug}:{held.role}" for held in user.memberships) or "-",
    )


def _link(session: Session, email: str, role: str, restaurant: Restaurant | None) -> str:
    _invitation, token = inviting.invite(
        session, email=email, role=role, restaurant=restaurant, by=None, at=current.now()
    )
    return invitation(current.settings().public_url, token)
