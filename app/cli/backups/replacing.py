"""Replacing a PostgreSQL database in one transaction, under its workers.

The transaction begins with a lock that lets everybody read and nobody write, under which the
operator's safety copy is taken. Then it needs every table for itself. Who has read one and now
waits to write it would wait for ever, and we for them: such a query is cancelled, and its request
answered 503. psql sends COMMIT only when it is told to, at the very end: a stream that breaks off is
rolled back.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from app.cli.backups import programs
from app.cli.backups.contents import AtRest
from app.cli.backups.pace import chunks
from app.cli.working import Failed
from app.config import environment_of_programs

_AT_REST = "at rest"

#: One try waits less than the others do before they look for a deadlock, and so they never are its victims.
_BEGIN = """
\\o /dev/null
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '250ms';
"""

#: Table by table, and what is had is kept. Those that a request reads first (user_session, user) come
#: first, so that a new request waits there, where it holds nothing that we still need.
_LOCK = """
DO $lock$
DECLARE
    name text;
    until timestamptz := clock_timestamp() + interval '60 s';
BEGIN
    FOR name IN SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname DESC
    LOOP
        LOOP
            BEGIN
                EXECUTE format('LOCK TABLE public.%I IN {mode} MODE', name);
                EXIT;
            EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
                IF clock_timestamp() > until THEN
                    RAISE EXCEPTION 'somebody keeps the tables busy; nothing was changed, try again';
                END IF;
            END;
            PERFORM pg_cancel_backend(waiting.pid)
            FROM (SELECT DISTINCT pid FROM pg_locks WHERE NOT granted) AS waiting
            WHERE pg_backend_pid() = ANY (pg_blocking_pids(waiting.pid)) AND EXISTS (
                SELECT FROM pg_locks AS held JOIN pg_class AS c ON c.oid = held.relation
                WHERE held.pid = waiting.pid AND held.granted AND c.relnamespace = 'public'::regnamespace
            );
            PERFORM pg_sleep(0.01);
        END LOOP;
    END LOOP;
END $lock$;
"""

#: Everything in the schema but what belongs to something else: a column's sequence, an extension's type.
_DROP = """
DO $drop$
DECLARE
    thing text;
BEGIN
    FOR thing IN
        WITH fixed AS (SELECT classid, objid FROM pg_depend WHERE deptype IN ('e', 'a', 'i'))
        SELECT format('%s IF EXISTS public.%I', kind, relname)
        FROM pg_class AS c JOIN (VALUES ('r', 'TABLE'), ('p', 'TABLE'), ('v', 'VIEW'), ('S', 'SEQUENCE'),
            ('m', 'MATERIALIZED VIEW'), ('f', 'FOREIGN TABLE')) AS kinds (letter, kind)
            ON letter = relkind::text
        WHERE relnamespace = 'public'::regnamespace AND ('pg_class'::regclass, c.oid) NOT IN (TABLE fixed)
        UNION ALL SELECT format('ROUTINE IF EXISTS %s', oid::regprocedure)
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND ('pg_proc'::regclass, oid) NOT IN (TABLE fixed)
        UNION ALL SELECT format('TYPE IF EXISTS public.%I', typname)
        FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
        AND ('pg_type'::regclass, oid) NOT IN (TABLE fixed)
    LOOP
        EXECUTE 'DROP ' || thing || ' CASCADE';
    END LOOP;
END $drop$;
"""

_COUNT = """
DO $count$ BEGIN
    IF {wrong} THEN
        RAISE EXCEPTION 'the number of rows is not that of the backup; nothing was changed';
    END IF;
END $count$;
COMMIT;
"""

#: What pg_restore says since version 17 and no older server understands.
_TOO_NEW = b"SET transaction_timeout = 0;\n"


def replace(address: programs.Address, copy: Path, server: int, wrong: str, at_rest: AtRest) -> None:
    """Put the copy in the place of all that is there; `wrong` is SQL for rows that are missing then.

    `server` is its major version. Raises Failed, and then nothing was changed.
    """
    psql = (
        programs.find("psql"),
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        f"--dbname={address.url}",
    )
    with programs.started(*psql, environment=address.environment, out=subprocess.PIPE, reads=True) as session:
        say, answers = session.process.stdin, session.process.stdout
        if say is None or answers is None:
            raise Failed("psql cannot be spoken to.")
        try:
            _tell(say, _BEGIN, _LOCK.replace("{mode}", "EXCLUSIVE"), f"\\echo {_AT_REST}\n")
            if answers.readline().decode().strip() == _AT_REST:
                at_rest()
                _tell(say, _LOCK.replace("{mode}", "ACCESS EXCLUSIVE"), _DROP)
                for chunk in _script(copy, server):
                    _send(say, chunk)
                _tell(say, _COUNT.replace("{wrong}", wrong or "false"))
            say.close()
        except BrokenPipeError:
            # It has ended, and said why.
            pass
        session.require_success()


def _tell(session: IO[bytes], *statements: str) -> None:
    _send(session, "".join(statements).encode())


def _send(session: IO[bytes], chunk: bytes) -> None:
    # Nothing is kept back in a buffer, whose rest would be written when everything has failed already.
    left = memoryview(chunk)
    while left:
        left = left[session.write(left) :]


def _script(copy: Path, server: int) -> Iterator[bytes]:
    """Yield the copy as SQL: tables, rows, indexes; raises Failed if it cannot be read to its end."""
    command = (
        programs.find("pg_restore"),
        "--no-owner",
        "--no-privileges",
        "--schema=public",
        "--file=-",
        str(copy),
    )
    with programs.started(*command, environment=environment_of_programs({}), out=subprocess.PIPE) as program:
        if program.process.stdout is None:
            raise Failed("pg_restore cannot be heard.")
        pieces = chunks(program.process.stdout, "Restoring:")
        yield understood(next(pieces, b""), server)
        yield from pieces
        program.require_success()


def understood(head: bytes, server: int) -> bytes:
    """Return the beginning of a script without what a server of this major version does not know."""
    return head if server >= 17 else head.replace(_TOO_NEW, b"", 1)
