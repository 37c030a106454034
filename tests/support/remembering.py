"""What each test's application would work out anew, though it always comes to the same: kept for all of them.

An application is made for each test, so that none sees what another left in it. Two thirds of the
processor's time went into what is kept here, and into looking at all that is alive for garbage.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from app.extensions import db

#: Templates as bytecode.
_TEMPLATES = FileSystemBytecodeCache()

#: Statements of the object-relational mapper as SQL.
_STATEMENTS: LRUCache[Any, Any] = LRUCache(4000)

#: What builds the addresses of a rule.
_BUILDERS: dict[object, Callable[..., tuple[str, str]]] = {}


def begin() -> None:
    """Remember from now on, in this process."""
    _remember_builders()
    # SQLAlchemy keeps statements for a dialect, and each engine has one of its own, like all others of
    # its kind.
    DefaultDialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
    DefaultDialect.__hash__ = lambda one: hash(type(one))  # type: ignore[assignment,method-assign]


def settle() -> None:
    """Take what is alive now, the tests themselves, for good, and look for garbage less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def share(app: Flask) -> None:
    """Let an application use what others before it have worked out."""
    app.jinja_env.bytecode_cache = _TEMPLATES
    with app.app_context():
        share_statements(db.engine)


def share_statements(engine: Engine) -> None:
    engine.update_execution_options(compiled_cache=_STATEMENTS)


def _remember_builders() -> None:
    compile_anew = Rule._compile_builder

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_anew(rule, append_unknown)
        key = rule.rule, tuple(rule._trace), append_unknown
        if key not in _BUILDERS:
            _BUILDERS[key] = compile_anew(rule, append_unknown)
        return _BUILDERS[key]

    Rule._compile_builder = compile_once  # type: ignore[assignment,method-assign]
