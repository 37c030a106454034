"""Rules on where a thing may be said at all; import-linter holds those on who may import whom."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from tests.architecture import sources

#: Who may speak SQL past the ORM, where tenancy cannot see it, and why.
PAST_THE_ORM = {
    "app/__init__.py": "hands the engine to app/database",
    "app/database/sqlite.py": "opens transactions and sets pragmas; asks for no row",
    "app/database/postgresql.py": "sets time-outs; asks for no row",
    "app/cli/backup.py": "hands the database's address to what copies and replaces all of it",
    "app/cli/working.py": "asks whether the schema is there, through Alembic's own table",
    "app/mailing.py": "speaks of a connection to a mail server",
    "app/services/auditing.py": "writes the audit, in which the ORM may write nothing",
    "app/services/recording.py": "writes the history, in which the ORM may write nothing",
    "app/services/reverting/restoring.py": "brings rows back under their old numbers and newer versions",
    "app/web/health.py": "asks the database whether it is there, and nothing else",
}

BELOW_THE_EDGES = ("app/services/", "app/policies/", "app/models/", "app/domain/")


def _found(names: Iterable[str], wrong: Callable[[ast.AST], bool]) -> list[str]:
    return [
        f"{name}:{getattr(node, 'lineno', 1)}"
        for name in names
        for node in ast.walk(sources.tree(name))
        if wrong(node)
    ]


def _is_call(node: ast.AST, *methods: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods


def _imports(node: ast.AST, module: str, *names: str) -> bool:
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == module
        and any(alias.name in names for alias in node.names)
    )


def _is_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
        return node.attr in {"environ", "getenv"}
    return _imports(node, "os", "environ", "getenv")


def _is_past_the_orm(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in {"__table__", "exec_driver_sql", "engine", "connection", "get_bind"}
    return _imports(node, "sqlalchemy", "text") or _imports(node, "sqlalchemy.sql", "text")


def test_only_edges_commit():
    # app/writing.py is the edges' own transaction, of which each GET that writes has one.
    edges = (*sources.EDGES, "app/writing.py")
    below = [name for name in sources.python("app/") if not name.startswith(edges)]

    assert _found(below, lambda node: _is_call(node, "commit")) == []


def test_services_and_below_take_the_moment_and_never_read_a_clock():
    below = sources.python(*BELOW_THE_EDGES)

    assert _found(below, lambda node: _is_call(node, "now", "utcnow", "today")) == []


def test_only_the_settings_read_the_environment():
    # app/starting.py only writes, for the processes that it starts.
    others = [name for name in sources.python("app/") if name not in {"app/config.py", "app/starting.py"}]

    assert _found(others, _is_environment) == []


def test_only_named_files_go_past_the_orm():
    others = [name for name in sources.python("app/") if name not in PAST_THE_ORM]

    assert _found(others, _is_past_the_orm) == []


def _is_unread(node: ast.AST) -> bool:
    """Tell a statement that asks for rows and drops what comes, as one that only locks them would."""
    if not (isinstance(node, ast.Expr) and _is_call(node.value, "execute", "scalars")):
        return False
    # What inserts has no rows to read.
    return "insert(" not in ast.unparse(node)


def test_every_answer_is_read():
    """A cursor that nobody reads keeps SQLite's snapshot open, and the connection's next write starves."""
    below = sources.python("app/services/", "app/policies/", "app/admin/", "app/web/")

    assert _found(below, _is_unread) == []


def test_no_exception_outlives_its_need():
    assert [name for name in PAST_THE_ORM if not _found([name], _is_past_the_orm)] == []


def test_templates_of_one_edge_are_named_by_one_folder():
    folders = {name.split("/")[1] for name in sources.templates() if name.count("/") > 1}

    assert folders <= {"admin", "auth", "backoffice", "errors", "mail", "public"}
