"""Why a request came to no answer, found behind the library's own errors."""

import ssl

from urllib3.exceptions import ReadTimeoutError

from devices.errors import FailureCode
from kiosk.sync.outcomes import Unreachable


def no_answer(error: Exception, *, cut: bool) -> Unreachable:
    """Name why no answer came; the detail is the kind of error only, never an address or text."""
    chain = list(_causes(error))
    detail = type(chain[-1]).__name__
    if cut:
        return Unreachable(FailureCode.CANCELLED, detail)
    if any(isinstance(cause, ssl.SSLError) and _about_certificate(cause) for cause in chain):
        return Unreachable(FailureCode.PORTAL_UNREACHABLE, detail, certificate=True)
    slow = any(isinstance(cause, TimeoutError | ReadTimeoutError) for cause in chain)
    code = FailureCode.PORTAL_SLOW if slow else FailureCode.PORTAL_UNREACHABLE
    return Unreachable(code, detail)


def _about_certificate(error: ssl.SSLError) -> bool:
    text = str(error).upper().replace(" ", "_")
    return "CERTIFICATE" in text or "UNKNOWN_CA" in text


def _causes(error: BaseException) -> list[BaseException]:
    """The error and everything behind it, through the library's own wrappers."""
    found: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting and len(found) < 20:
        one = waiting.pop(0)
        if one in found:
            continue
        found.append(one)
        inner = [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
        waiting += [more for more in inner if isinstance(more, BaseException)]
    return found
