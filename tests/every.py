# SPDX-License-Identifier: Apache-2.0
"""Many cases in one test: each of them is played, and all that fail are told together, by their names.

As pytest.mark.parametrize, where a case takes less time than a test of its own: being set up, counted and told.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import update_wrapper
from typing import Any

Test = Callable[..., Any]


@contextmanager
def every() -> Iterator[Callable[..., AbstractContextManager[None]]]:
    """Gives what one case is played in: `with case(row.name): …`. What went wrong comes at the end, as a group."""
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


def for_every(names: str, values: Iterable[Any], called: Callable[[Any], str] = str) -> Callable[[Test], Test]:
    """Play a test once with each of values; names are its arguments, with commas; called says how one is named.

    The cases share what the test's other arguments are.
    """
    words = [name.strip() for name in names.split(",")]
    cases = [dict(zip(words, value if len(words) > 1 else (value,), strict=True)) for value in values]

    def decorated(test: Test) -> Test:
        async def played_later(**given: Any) -> None:
            with every() as case:
                for own in cases:
                    with case(*map(called, own.values())):
                        await test(**given, **own)

        def played(**given: Any) -> None:
            with every() as case:
                for own in cases:
                    with case(*map(called, own.values())):
                        test(**given, **own)

        made = update_wrapper(played_later if inspect.iscoroutinefunction(test) else played, test)
        signature = inspect.signature(test)
        rest = [one for name, one in signature.parameters.items() if name not in words]
        vars(made)["__signature__"] = signature.replace(parameters=rest)
        del vars(made)["__wrapped__"]
        return made

    return decorated
