"""The project's own files, as the architecture tests read them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: The parts of app/ that may end a unit of work and speak to people.
EDGES = ("app/admin/", "app/web/", "app/cli/")


@cache
def files() -> tuple[str, ...]:
    """Return every file that is part of the project, as a path from its root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        names = listed.stdout.split("\0")
    else:  # An unpacked archive has no history.
        names = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*")]
    return tuple(sorted(name for name in names if name and _ours(name)))


def python(*folders: str) -> list[str]:
    """Return the project's Python files, those below `folders` where any are named."""
    return [name for name in files() if name.endswith(".py") and name.startswith(folders or ("",))]


def templates() -> list[str]:
    """Return every template."""
    return [
        name for name in files() if name.startswith("templates/") and name.endswith((".html", ".txt", ".xml"))
    ]


def text(name: str) -> str:
    """Return the text of one of the project's files."""
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree(name: str) -> ast.Module:
    """Return a Python file parsed."""
    return ast.parse(text(name), filename=name)


def _ours(name: str) -> bool:
    private = {".git", ".venv", "instance", "node_modules", "__pycache__"}
    return not private & set(Path(name).parts) and (ROOT / name).is_file()
