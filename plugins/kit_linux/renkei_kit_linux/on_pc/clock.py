# SPDX-License-Identifier: Apache-2.0
"""The clock of this PC: nobody hands one on to a program of its own."""

import datetime as dt


def now() -> dt.datetime:
    """The instant, in UTC."""
    return dt.datetime.now(dt.UTC)


def as_line(moment: dt.datetime) -> str:
    """As it stands in files, to the second."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
