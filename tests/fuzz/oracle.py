"""Which statuses the contract allows for a request, read from the request itself.

In the order of the contract: method 405, a body that is too large 413 or no form 400, the token 400,
signed in 302 or 401, a role 403, the row 404, the version 409, the content 422.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask

from app import MOST_BYTES
from tests.fuzz.asking import NOBODY, Asking
from tests.fuzz.surface import rule_of

Statuses = frozenset[int]

_LARGEST_KEY = 2**31 - 1
_READING = {"GET", "HEAD"}
_METHODS = {"POST", "PUT", "PATCH"}
_ROLES = {403, 404}


@dataclass(frozen=True)
class Known:
    """What is stored, as far as an answer depends on it: each view's rows with their versions."""

    versions: Mapping[str, Mapping[int, int]]
    invitations: frozenset[str]
    development_token: str
    cast: frozenset[str]
    #: The numbers of acts; of each change the facts that it changed, if it did not make or delete its row.
    acts: frozenset[str] = frozenset()
    facts: Mapping[int, frozenset[str]] = field(default_factory=dict)


def allowed(app: Flask, known: Known, asking: Asking) -> Statuses:
    """Return every status that the contract allows for this request."""
    method = "GET" if asking.method == "HEAD" else asking.method
    rule, values, missed = rule_of(app, asking.path, method)
    admin = asking.path == "/admin" or asking.path.startswith("/admin/")
    anonymous = asking.person == NOBODY
    if rule is None:
        return frozenset(_without_a_rule(asking, missed, admin=admin, anonymous=anonymous))
    if method in _METHODS and (bad := _body(asking)):
        return frozenset(bad)
    if admin and anonymous:
        return frozenset({302} if asking.method in _READING else {401})
    if method == "OPTIONS":
        return frozenset({200, 404} if "development" in rule.endpoint else {200})
    endpoint, _, name = rule.endpoint.rpartition(".")
    judge = _JUDGES.get(rule.endpoint) or (_ADMIN.get(name) if admin else None)
    if judge is None:
        return frozenset(_anything(method))
    found = judge(_Case(asking, known, endpoint, {key: str(value) for key, value in values.items()}))
    return frozenset(found | (_ROLES if admin and asking.person != "ada" else set()))


def _without_a_rule(asking: Asking, missed: int, *, admin: bool, anonymous: bool) -> set[int]:
    if admin and anonymous and (missed != 405 or asking.method in _READING):
        return {302} if asking.method in _READING else {401}
    return {missed}


def _body(asking: Asking) -> set[int]:
    """Return the statuses of a body that is no form with a token; nothing for one that is."""
    if asking.size > MOST_BYTES:
        return {413}
    if asking.content_type.startswith("multipart/"):
        # Whether its parts are fields, files or nothing: the tests that send such bodies know.
        return {400, 413}
    if asking.size and not asking.form:
        return {400}
    # One in a field goes before the one in the header, unless it is blank; no field has a valid one here.
    if not asking.token or any(name.endswith("csrf_token") and value for name, value in asking.form):
        return {400}
    return set()


def _anything(method: str) -> set[int]:
    """Return what a route may answer of which nothing more is known here."""
    if method in _READING:
        return {200, 302, 308, 400, 403, 404}
    return {200, 302, 400, 403, 404, 409, 422}


@dataclass(frozen=True)
class _Case:
    asking: Asking
    known: Known
    view: str
    values: Mapping[str, str]

    def asked(self, name: str) -> str:
        return _first(self.asking.query, name)

    def posted(self, name: str) -> str:
        return _first(self.asking.form, name)

    def row(self, text: str) -> int | None:
        """Return the version of the row of this view with that number; None when there is none."""
        return self.known.versions.get(self.view, {}).get(_key(text))

    def stale(self, version: int, name: str = "row_version") -> set[int]:
        """Return what the posted version leads to; nothing when it is the row's."""
        typed = self.posted(name)
        if not _is_whole(typed):
            return {400}
        return set() if int(typed) == version else {409}


def _is_whole(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 11 and int(typed) <= _LARGEST_KEY


def _first(pairs: list[tuple[str, str]], name: str) -> str:
    return next((value for known, value in pairs if known == name), "")


def _key(text: str) -> int:
    """Return the number that plain digits write, 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0


def _one_row(case: _Case) -> set[int]:
    return {404} if case.row(case.asked("id")) is None else {200}


def _edit(case: _Case) -> set[int]:
    version = case.row(case.asked("id"))
    if version is None:
        return {404}
    if case.asking.method != "POST":
        return {200}
    return case.stale(version) or {302, 409, 422}


def _delete(case: _Case) -> set[int]:
    version = case.row(case.posted("id"))
    if version is None:
        return {404}
    # As with several rows: what a page saw of this very one goes first.
    names = (f"row_version-{_key(case.posted('id'))}", "row_version")
    named = next((name for name in names if name in dict(case.asking.form)), "")
    return (case.stale(version, named) if named else set()) or {302, 409}


def _cell(case: _Case) -> set[int]:
    version = case.row(case.posted("list_form_pk"))
    if version is None:
        return {404}
    return {400, 403} | (case.stale(version) or {200, 409, 422})


def _batch(case: _Case) -> set[int]:
    if case.posted("matching"):
        # All that match, whatever is ticked.
        return {302, 400, 404, 409}
    rows = [value for name, value in case.asking.form if name == "rowid"]
    if not rows or len(rows) > 1000:
        return {400}
    missing = any(case.row(row) is None for row in rows)
    return {400, 404} if missing else {302, 400, 409}


def _new(case: _Case) -> set[int]:
    if case.asking.method != "POST":
        return {200}
    seen = case.posted("made_after")
    return {200, 302, 409, 422} | (
        set() if _is_whole(seen) or "made_after" not in dict(case.asking.form) else {400}
    )


def _menu(case: _Case) -> set[int]:
    return {200} if case.known.versions["restaurants"].get(_key(case.values["restaurant_id"])) else {404}


def _old(case: _Case) -> set[int]:
    return {302, 404} if case.values else {302}


def _invitation(case: _Case) -> set[int]:
    if case.values["token"] not in case.known.invitations:
        return {404, 401}
    return {200} if case.asking.method != "POST" else {302, 401, 403}


def _cast(case: _Case) -> set[int]:
    if any(name.startswith(("X-Forwarded", "Forwarded", "Via")) for name, _ in case.asking.headers):
        return {404}
    posting = case.asking.method == "POST"
    token = case.posted("token") if posting else case.asked("token")
    if token != case.known.development_token:
        return {403}
    if not posting:
        return {200}
    return {302} if case.posted("person") in case.known.cast else {400}


def _act(case: _Case) -> set[int]:
    return {200} if case.values["act"] in case.known.acts else {404}


def _reversal(case: _Case) -> set[int]:
    """Judge what takes an act or a change back; some acts stay even for an administrator."""
    if "act" in case.values:
        known = case.values["act"] in case.known.acts
    else:
        facts = case.known.facts.get(_key(case.values["number"]))
        fact = case.posted("fact")
        known = facts is not None and (not fact or fact in facts)
    if not known:
        return {404}
    choice = dict(reversed(case.asking.form)).get("choice")
    return {302, 403, 409} if choice in {None, "theirs", "mine"} else {400, 403, 409}


def _restoration(case: _Case) -> set[int]:
    if _key(case.values["number"]) not in case.known.facts:
        return {404}
    if case.asking.method != "POST":
        return {200, 403, 409}
    return {302, 403, 409} if _is_whole(case.posted("row_version")) else {400, 403, 409}


def _always(*statuses: int) -> Callable[[_Case], set[int]]:
    return lambda _case: set(statuses)


#: What a view of the back office may answer, by the name of its method.
_ADMIN: Mapping[str, Callable[[_Case], set[int]]] = {
    "index_view": _always(200),
    "details_view": _one_row,
    "deletion_view": _one_row,
    "edit_view": _edit,
    "create_view": _new,
    "delete_view": _delete,
    "ajax_update": _cell,
    "action_view": _batch,
    "ajax_lookup": _always(200, 404),
    "export": lambda case: {200} if case.values["export_type"] in {"csv", "xlsx"} else {404},
}

#: What any other route may answer, by its endpoint.
_JUDGES: Mapping[str, Callable[[_Case], set[int]]] = {
    "history.act_view": _act,
    "history.undo_act": _reversal,
    "history.undo_change": _reversal,
    "history.restoration_view": _restoration,
    # Nobody edits either.
    **{
        f"{view}.{name}_view": _always(403)
        for view in ("history", "audit")
        for name in ("create", "edit", "deletion", "delete")
    },
    **{f"{view}.ajax_update": _always(403) for view in ("history", "audit")},
    **{f"{view}.action_view": _always(400, 403) for view in ("history", "audit")},
    "admin.index": _always(200),
    "public.restaurants": _always(200),
    "public.menu": _menu,
    "original.restaurants": _always(200),
    "original.menu": _menu,
    "original.item": _always(200, 404),
    "original.new_restaurant": _old,
    "original.edit_restaurant": _old,
    "original.delete_restaurant": _old,
    "original.new_item": _old,
    "original.edit_item": _old,
    "original.delete_item": _old,
    "sign_in.choose": _always(200, 302),
    "sign_in.leave": _always(302),
    "sign_in.welcome": _always(200, 302),
    "style.index": _always(200),
    "theme.choose": _always(302, 400),
    "health.healthz": _always(200),
    "static": _always(200, 206, 304, 404, 416),
    "assets": _always(200, 206, 304, 404, 416),
    "invitations.show": _invitation,
    "invitations.accept": _invitation,
    "development.choose": _cast,
    "development.sign_in": _cast,
    "google.login": _always(302, 400),
    "github.login": _always(302, 400),
    "oidc.login": _always(302, 400),
    "google.authorized": _always(400),
    "github.authorized": _always(400),
    "oidc.authorized": _always(400),
}
