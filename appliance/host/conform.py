# SPDX-License-Identifier: Apache-2.0
"""Does a provider keep the form of its contract? Asked once, at start."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import cache
from itertools import zip_longest
from typing import Any, get_args, get_origin, get_type_hints

_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
_EMPTY = inspect.Parameter.empty


@cache
def methods(contract: type) -> dict[str, Callable[..., Any]]:
    """The methods of a contract, by name, in the order of its file."""
    return {
        name: value
        for name, value in vars(contract).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }


def is_stream(method: Callable[..., Any]) -> bool:
    """Whether a contract's method gives its answer in pieces."""
    return get_origin(get_type_hints(method)["return"]) is AsyncIterator


@cache
def handlers(contract: type) -> dict[str, Any]:
    """The asynchronous functions in a contract that is a dataclass, each with the type of its answer."""
    hints = {name: hint for name, hint in get_type_hints(contract).items() if get_origin(hint) is Callable}
    answers = {name: get_args(hint)[1] for name, hint in hints.items()}
    return {name: get_args(answer)[0] for name, answer in answers.items() if get_origin(answer) is Awaitable}


def complaints(provider: object, contract: type) -> list[str]:
    """What is wrong with provider, as ends of a sentence that begins with its name; empty if nothing is.

    A contract that is a dataclass (Action, Page, Job …) wants an instance. All others want every method, of the
    same kind and with the same parameters; a parameter more needs a default. Other methods are the provider's own:
    the core never sees them.
    """
    if not getattr(contract, "_is_protocol", False):
        return list(_data(provider, contract))
    return [text for name, method in methods(contract).items() for text in _method(provider, name, method)]


def _data(provider: object, contract: type) -> Iterator[str]:
    if not isinstance(provider, contract):
        yield f"is no {contract.__name__}"
        return
    for name in handlers(contract):
        if not inspect.iscoroutinefunction(getattr(provider, name)):
            yield f"has a `{name}` that must be `async def`"


def _method(provider: object, name: str, wanted: Callable[..., Any]) -> Iterator[str]:
    method = getattr(provider, name, None)
    if not callable(method):
        yield f"lacks the method `{name}{_shown(wanted)}`"
    elif not _same_kind(method, wanted):
        kind = "gives an async iterator and is no coroutine" if is_stream(wanted) else "must be `async def`"
        yield f"has `{name}`, which {kind}"
    elif not _same_parameters(method, wanted):
        yield f"has `{name}{_shown(method)}`, and the contract says `{name}{_shown(wanted)}`"


def _same_kind(method: Callable[..., Any], wanted: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(method) is not is_stream(wanted)


def _same_parameters(method: Callable[..., Any], wanted: Callable[..., Any]) -> bool:
    have = list(inspect.signature(method).parameters.values())
    want = list(inspect.signature(wanted).parameters.values())[1:]  # without self
    return all(_fits(h, w) for h, w in zip_longest(have, want))


def _fits(have: inspect.Parameter | None, want: inspect.Parameter | None) -> bool:
    if want is None:
        return have is not None and have.default is not _EMPTY
    if have is None or have.name != want.name or have.kind not in _BY_NAME:
        return False
    return want.default is _EMPTY or have.default is not _EMPTY


def _shown(method: Callable[..., Any]) -> str:
    """The parameters as they stand in the source, without types."""
    parameters = inspect.signature(method).parameters.values()
    return f"({', '.join(p.name for p in parameters if p.name != 'self')})"
