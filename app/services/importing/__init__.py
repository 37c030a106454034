"""Importing: from fixture files to rows.

`fixture = read([path, …], known(session))`, then `load(session, fixture, at=…)`; the caller commits.
"""

from app.services.importing.loading import load
from app.services.importing.naming import Known, known
from app.services.importing.reading import read
from app.services.importing.report import Counts, Report

__all__ = ["Counts", "Known", "Report", "known", "load", "read"]
