"""What a request hears while the database cannot take it: try again, and never a trace."""

import logging
from typing import Final

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import JSONResponse

from portal.problems import ProblemError, respond

OUTAGES: Final = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
"""Away, locked for too long, full, or more requests than connections."""

_FULL: Final = frozenset({"SQLITE_FULL", "53100"})
_log = logging.getLogger("portal.outages")


def outage(error: Exception) -> ProblemError:
    """The refusal that goes with a failure of the database; the log has its kind alone."""
    origin = getattr(error, "orig", None)
    code = getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None)
    _log.error("the database cannot take a request: %s %s", type(origin or error).__name__, code)
    if code in _FULL:
        return ProblemError("storage-full", 507, headers={"Retry-After": "60"})
    return ProblemError("overloaded", 503, headers={"Retry-After": "5"})


def on_outage(_request: Request, error: Exception) -> JSONResponse:
    """Starlette's handler of `OUTAGES`."""
    return respond(outage(error))
