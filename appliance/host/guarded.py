# SPDX-License-Identifier: Apache-2.0
"""Every call of a plugin goes through here: bounded in time, counted, and failing as its family says.

The families differ only in their row of contracts/families.py; nothing here knows one by name.
"""

import asyncio
import dataclasses
import logging
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from time import perf_counter
from types import SimpleNamespace
from typing import Any, get_origin, get_type_hints

from appliance.contracts.families import Family
from appliance.host.bounded import Abandoned, Bound
from appliance.host.conform import handlers, is_stream, methods
from appliance.host.refused import ProviderFailed
from appliance.link.refusals import Refused
from appliance.metrics.registry import Calls

Complaint = Callable[[Any], str]
_log = logging.getLogger(__name__)


class Nonsense(Exception):
    """The plugin answered what its contract does not allow."""


_WORDS: dict[type[BaseException], tuple[str, str]] = {
    Abandoned: ("abandoned", "did not answer in time"),
    TimeoutError: ("timeout", "did not answer in time"),
    Nonsense: ("nonsense", "answered nonsense"),
}


@dataclasses.dataclass(frozen=True)
class Rule:
    """How the calls of one plugin in one family are guarded.

    complaint says what is wrong with an answer of the right type, or "".
    """

    plugin: str
    family: Family
    calls: Calls
    complaint: Complaint | None = None

    def seconds(self, method: str) -> float:
        """How long one call of method, or one piece of its stream, may take."""
        return dict(self.family.own_time).get(method, self.family.timeout)

    def done(self, began: float) -> None:
        """A call went well."""
        self.calls.ended("done", perf_counter() - began)

    def failed(self, error: BaseException, began: float, method: str, answer: type = object) -> object:
        """What a failed call means: the family's denial if it is an answer, or an exception that is raised here."""
        ours = isinstance(error, asyncio.CancelledError | GeneratorExit | KeyboardInterrupt)
        self.calls.ended("cancelled" if ours else self._outcome(error), perf_counter() - began)
        if ours or self._passes(error):
            raise error
        what = (self.plugin, self.family.id, method)
        _log.error("plugin %s: %s.%s failed", *what, exc_info=error, extra={"plugin": self.plugin})
        reason = f"{self.plugin} {_in_words(error)}"
        if self.family.denial is not None and isinstance(denial := self.family.denial(reason), answer):
            return denial
        raise self._becomes(error)(reason) from error

    def _passes(self, error: BaseException) -> bool:
        """Errors that are part of the contract, and refusals by the core of what the plugin asked."""
        return self.family.denial is None and isinstance(error, (*self.family.errors, Refused))

    def _becomes(self, error: BaseException) -> type[Exception]:
        if isinstance(error, TimeoutError) and self.family.late is not None:
            return self.family.late
        return self.family.failed or ProviderFailed

    def _outcome(self, error: BaseException) -> str:
        if self._passes(error):
            return "refused"
        return next((word for kind, (word, _) in _WORDS.items() if isinstance(error, kind)), "failed")


class Loan:
    """Something of ours that a plugin uses during a call: its errors are ours, and its time is not the plugin's."""

    __slots__ = ("_bound", "_pieces", "_thing", "error")

    _pieces: AsyncIterator[Any]

    def __init__(self, thing: Any, bound: Bound) -> None:
        """thing is a function or an asynchronous iterable; bound is that of the call."""
        self._thing = thing
        self._bound = bound
        self.error: Exception | None = None

    def __call__(self, *args: Any) -> Any:
        """Call our function."""
        try:
            return self._thing(*args)
        except Exception as error:
            self.error = error
            raise

    def __aiter__(self) -> "Loan":
        """Begin with our stream."""
        self._pieces = aiter(self._thing)
        return self

    async def __anext__(self) -> Any:
        """The next piece of our stream; the plugin's time stands still."""
        self._bound.pause()
        try:
            return await anext(self._pieces)
        except StopAsyncIteration:
            raise
        except Exception as error:
            self.error = error
            raise
        finally:
            self._bound.go_on()


def _in_words(error: BaseException) -> str:
    """The end of a sentence for the journal; it never repeats what the plugin said."""
    return next((text for kind, (_, text) in _WORDS.items() if isinstance(error, kind)), "failed")


def guarded(provider: object, rule: Rule) -> Any:
    """provider as the core sees it: the methods of its contract and nothing else, or the same data, guarded."""
    contract = rule.family.contract
    assert contract is not None
    if dataclasses.is_dataclass(contract):
        return _guarded_data(provider, contract, rule)
    return SimpleNamespace(
        **{name: _guarded_method(provider, name, wanted, rule) for name, wanted in methods(contract).items()}
    )


def _guarded_method(provider: object, name: str, wanted: Callable[..., Any], rule: Rule) -> Callable[..., Any]:
    hints = get_type_hints(wanted)
    answer = hints.pop("return")
    method = getattr(provider, name)
    if is_stream(wanted):
        return _streamed(method, name, rule)
    lent = next(((place, key) for place, (key, hint) in enumerate(hints.items()) if _is_lent(hint)), None)
    return _awaited(method, name, _type_of(answer), rule, lent)


def _guarded_data(provider: Any, contract: type, rule: Rule) -> Any:
    """The same dataclass with its asynchronous functions guarded."""
    made = {
        name: _awaited(getattr(provider, name), name, _type_of(answer), rule)
        for name, answer in handlers(contract).items()
    }
    return dataclasses.replace(provider, **made)


def _awaited(
    method: Callable[..., Awaitable[Any]],
    name: str,
    answer: type,
    rule: Rule,
    lent: tuple[int, str] | None = None,
) -> Callable[..., Awaitable[Any]]:
    """method, guarded. lent is the place and the name of the argument that is a loan."""
    seconds = rule.seconds(name)
    complaint = rule.complaint

    async def call(*args: Any, **kwargs: Any) -> Any:
        began = perf_counter()
        bound = Bound(seconds)
        loan = None
        try:
            if lent is not None:
                loan, args, kwargs = _lend(lent, args, kwargs, bound)
            value = await bound.of(method(*args, **kwargs))
            if not isinstance(value, answer):
                raise Nonsense(f"{name} answered with {type(value).__name__}, not {answer.__name__}")
            if complaint is not None and (text := complaint(value)):
                raise Nonsense(text)
        except BaseException as error:
            if loan is not None and loan.error is error:
                rule.done(began)
                raise
            return rule.failed(error, began, name, answer)
        rule.done(began)
        return value

    return call


def _streamed(
    method: Callable[..., AsyncIterator[Any]], name: str, rule: Rule
) -> Callable[..., AsyncIterator[bytes]]:
    """An asynchronous iterator of bytes, each piece guarded; it is closed even if nobody reads to its end."""
    seconds = rule.seconds(name)

    async def call(*args: Any, **kwargs: Any) -> AsyncIterator[bytes]:
        began = perf_counter()
        pieces: AsyncIterator[bytes] | None = None
        try:
            pieces = method(*args, **kwargs)
            while (piece := await _next_piece(pieces, seconds)) is not None:
                yield piece
        except BaseException as error:  # noqa: BLE001 - sorted out by the rule, which raises
            rule.failed(error, began, name)
        else:
            rule.done(began)
        finally:
            await _closed(pieces, seconds, rule)

    return call


async def _next_piece(pieces: AsyncIterator[bytes], seconds: float) -> bytes | None:
    """The next piece of a plugin's stream, None at its end."""
    try:
        piece = await Bound(seconds, anext(pieces))
    except StopAsyncIteration:
        return None
    if isinstance(piece, bytes):
        return piece
    if isinstance(piece, bytearray | memoryview):
        return bytes(piece)
    raise Nonsense(f"a piece of a stream is bytes, not {type(piece).__name__}")


async def _closed(pieces: object, seconds: float, rule: Rule) -> None:
    """Close a plugin's stream; what it says then harms nobody."""
    close = getattr(pieces, "aclose", None)
    if close is None:
        return
    try:
        await Bound(seconds, close())
    except Exception:  # noqa: BLE001 - the stream is over; a failure to tidy up is logged
        what = (rule.plugin, rule.family.id)
        _log.exception("plugin %s: closing a stream of %s failed", *what, extra={"plugin": rule.plugin})


def _lend(
    lent: tuple[int, str], args: tuple[Any, ...], kwargs: dict[str, Any], bound: Bound
) -> tuple[Loan, tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call with ours wrapped as a loan."""
    place, key = lent
    if key in kwargs:
        loan = Loan(kwargs[key], bound)
        return loan, args, {**kwargs, key: loan}
    loan = Loan(args[place], bound)
    return loan, (*args[:place], loan, *args[place + 1 :]), kwargs


def _is_lent(hint: Any) -> bool:
    return get_origin(hint) in (Callable, AsyncIterable)


def _type_of(hint: Any) -> type:
    """What isinstance can check of an answer's type."""
    if isinstance(hint, type) and hint is not type(None):
        return get_origin(hint) or hint
    origin = get_origin(hint)
    return origin if isinstance(origin, type) else object
