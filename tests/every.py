# SPDX-License-Identifier: Apache-2.0
"""Many cases in one test: each of them is played, and all that fail are told together, by their names."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


@contextmanager
def every() -> Iterator[Callable[..., AbstractContextManager[None]]]:
    """Gives what one case is played in: `with case(row.name): …`. What went wrong comes at the end, as a group.

    Where each case takes a millisecond, a test of its own for each would take three times as long.
    """
    failed: list[Exception] = []

    @contextmanager
    def case(*name: object) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever a case fails with, the others are played
            error.add_note(f"in the case of {' '.join(map(str, name))}")
            failed.append(error)

    yield case
    if failed:
        raise ExceptionGroup(f"{len(failed)} cases", failed)
