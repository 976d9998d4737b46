# SPDX-License-Identifier: Apache-2.0
"""On whose behalf something is done just now, and how an error is told: what the log says besides its sentence.

Each task has its own: whatever is logged while a request is answered bears the request's number, and nobody has to
hand it around.
"""

from collections.abc import Mapping
from contextvars import ContextVar

# The number of a request; also what a person reads out on the telephone from a page that says that something broke.
REQUEST: ContextVar[str] = ContextVar("request", default="")
# The message of the link, or the pattern of a route: never what somebody typed.
MESSAGE: ContextVar[str] = ContextVar("message", default="")
# Where it came in.
SITE: ContextVar[str] = ContextVar("site", default="")
# What runs by itself, such as "letters.send".
JOB: ContextVar[str] = ContextVar("job", default="")

# By the name of the field of the log.
FIELDS: Mapping[str, ContextVar[str]] = {
    "RENKEI_REQUEST": REQUEST,
    "RENKEI_MESSAGE": MESSAGE,
    "RENKEI_SITE": SITE,
    "RENKEI_JOB": JOB,
}

# The words of these errors are our own, and quote nobody.
_OURS = ("appliance.", "renkei_")


def words_of(error: BaseException) -> str:
    """What an error says, as far as it may stand in a log: our own words, and the system's; "" for all others.

    A ValueError says what it could not read: somebody's name, perhaps, or a password.
    """
    if type(error).__module__.startswith(_OURS):
        return str(error)
    if isinstance(error, OSError) and error.strerror and isinstance(error.errno, int):
        place = f": {error.filename!r}" if error.filename else ""
        return f"{error.strerror}{place}"
    return ""


def told(error: BaseException) -> str:
    """An error in one phrase: its kind, and its words where they may be told."""
    words = words_of(error)
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
