# SPDX-License-Identifier: Apache-2.0
"""Does a provider keep the form of its contract?"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from appliance.contracts.action import Action
from appliance.contracts.blobs import BlobStore
from appliance.contracts.families import FAMILIES
from appliance.contracts.jobs import Job
from appliance.contracts.policy import Policy
from appliance.contracts.records import RecordStore
from appliance.host.conform import complaints, handlers, is_stream, methods
from appliance.testing.clock import FakeClock
from appliance.testing.memory_blobs import MemoryBlobs
from appliance.testing.memory_records import MemoryRecords


@pytest.mark.parametrize(
    ("provider", "contract"),
    [(MemoryRecords(), RecordStore), (MemoryBlobs(FakeClock()), BlobStore)],
)
def test_the_stores_in_memory_conform(provider: object, contract: type) -> None:
    assert complaints(provider, contract) == []


def test_the_methods_of_every_contract_are_known() -> None:
    assert list(methods(Policy)) == ["judge"]
    assert list(methods(RecordStore)) == ["write", "read", "check", "backup", "usage"]
    assert [name for name, method in methods(BlobStore).items() if is_stream(method)] == ["open"]
    assert list(handlers(Action)) == ["handler"]
    assert list(handlers(Job)) == ["run"]
    for family in FAMILIES:
        assert family.contract is None or methods(family.contract) or family.contract.__doc__


def judging(judge: Callable[..., Any]) -> object:
    return type("Mine", (), {"judge": judge})()


async def more_with_default(self: object, request: object, depth: int = 1) -> None: ...


async def same_by_keyword(self: object, *, request: object) -> None: ...


async def other_name(self: object, question: object) -> None: ...


async def more_without_default(self: object, request: object, depth: int) -> None: ...


async def fewer(self: object) -> None: ...


def not_async(self: object, request: object) -> None: ...


async def a_generator(self: object, request: object) -> AsyncIterator[int]:
    yield 1


@pytest.mark.parametrize("judge", [more_with_default, same_by_keyword])
def test_a_provider_may_take_more_with_a_default(judge: Callable[..., Any]) -> None:
    assert complaints(judging(judge), Policy) == []


@pytest.mark.parametrize("judge", [other_name, more_without_default, fewer])
def test_other_parameters_are_a_complaint(judge: Callable[..., Any]) -> None:
    [text] = complaints(judging(judge), Policy)
    assert text.startswith("has `judge(") and text.endswith("and the contract says `judge(request)`")


@pytest.mark.parametrize("judge", [not_async, a_generator])
def test_a_coroutine_is_a_coroutine(judge: Callable[..., Any]) -> None:
    assert complaints(judging(judge), Policy) == ["has `judge`, which must be `async def`"]


def test_a_stream_is_no_coroutine() -> None:
    class Blobs(MemoryBlobs):
        async def open(self, id: str, start: int = 0, stop: int | None = None) -> Any: ...  # type: ignore[override]

    assert complaints(Blobs(FakeClock()), BlobStore) == [
        "has `open`, which gives an async iterator and is no coroutine"
    ]


def test_every_missing_method_is_named() -> None:
    texts = complaints(object(), RecordStore)
    assert len(texts) == len(methods(RecordStore))
    assert texts[0] == "lacks the method `write(batch)`"


async def run() -> None: ...


def test_data_is_of_its_class_and_its_function_is_awaited() -> None:
    assert complaints(Job("a", 1, run), Job) == []
    assert complaints("a", Job) == ["is no Job"]
    assert complaints(Job("a", 1, print), Job) == ["has a `run` that must be `async def`"]  # type: ignore[arg-type]
