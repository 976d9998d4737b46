# SPDX-License-Identifier: Apache-2.0
"""What a record of the log says: one line, its fields, and a traceback that quotes nobody.

1. Our own sentences are written with what they are about; each call says only what may be kept (no names, no
   addresses, no numbers of contracts, no names of files, no secrets).
2. Of a library's sentence only its first line is written, before anything is filled in.
3. Of an error that is neither ours nor the system's only the kind is written, and where it happened.
4. Whoever sits at a terminal sees all of it.
"""

import logging
import traceback
from collections.abc import Iterator

from appliance.model.origin import FIELDS, told

OURS = ("appliance", "renkei", "__main__")
PLUGIN = "renkei.plugin."
MAX_LINE = 2_000
MAX_TEXT = 16_000
# As in syslog(3); a level between two of them counts as the lower.
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
_BEGIN = "Traceback (most recent call last):\n"
_BECAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_DURING = "\nDuring handling of the above exception, another exception occurred:\n\n"


def priority(level: int) -> int:
    """The priority of a level of logging, as the journal counts: 7 for debugging, 2 for what ends the process."""
    return next((number for least, number in _PRIORITIES if level >= least), 7)


def one_line(text: str) -> str:
    """Text without line breaks and signs that a terminal would obey, of a bounded length."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text[: 2 * MAX_LINE])
    return " ".join(printable.split())[:MAX_LINE]


def is_ours(name: str) -> bool:
    """Whether a logger belongs to the program or to a plugin."""
    return name.partition(".")[0].split("_")[0] in OURS


def sentence(record: logging.LogRecord) -> str:
    """The line itself (promises 1 and 2)."""
    if is_ours(record.name):
        return one_line(_filled_in(record))
    return one_line(str(record.msg).partition("\n")[0])


def _filled_in(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001 - whatever a value does, the line is said, without it
        return f"{record.msg} (its values do not fit: {type(error).__name__})"


def fields(record: logging.LogRecord) -> dict[str, str]:
    """On whose behalf it is said, and by what; only those that are known."""
    plugin = getattr(record, "plugin", "") or _plugin(record.name)
    error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
    found = {name: origin.get() for name, origin in FIELDS.items()}
    found |= {"RENKEI_PLUGIN": str(plugin), "RENKEI_ERROR": error}
    return {name: one_line(value) for name, value in found.items() if value}


def _plugin(logger: str) -> str:
    return logger.removeprefix(PLUGIN).partition(".")[0] if logger.startswith(PLUGIN) else ""


def text(record: logging.LogRecord) -> str:
    """The line, and after it the traceback if there is one."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return sentence(record)
    return "\n".join((sentence(record), "".join(_traceback(error, set())).rstrip()))[:MAX_TEXT]


def _traceback(error: BaseException, seen: set[int]) -> Iterator[str]:
    """The lines of an error and of what led to it, the newest last (promise 3)."""
    seen.add(id(error))
    before, between = error.__cause__, _BECAUSE
    if before is None and not error.__suppress_context__:
        before, between = error.__context__, _DURING
    if before is not None and id(before) not in seen:
        yield from _traceback(before, seen)
        yield between
    yield _BEGIN
    yield from traceback.format_tb(error.__traceback__)
    yield f"{told(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for number, one in enumerate(error.exceptions, 1):
            yield f"  {number} of {len(error.exceptions)} in this group:\n"
            yield from _traceback(one, seen)
