"""What a provider vouches for about the person at its end."""

from __future__ import annotations

from dataclasses import dataclass

#: The issuer of the sample people; their subject is their key in the cast.
CAST = "carte:cast"

#: The issuer of an address that a developer takes over from an invitation, on their own machine.
DEVELOPMENT = "carte:development"


@dataclass(frozen=True, slots=True)
class Vouched:
    """One account at one provider, checked; `issuer` and `subject` alone say who it is.

    `email` may be empty, `verified` is true only where the provider said exactly that.
    """

    issuer: str
    subject: str
    email: str
    verified: bool
    name: str
