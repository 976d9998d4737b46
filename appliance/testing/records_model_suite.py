# SPDX-License-Identifier: Apache-2.0
"""A record store does what a sorted dictionary does, whatever program it is given; a part of RecordsSuite."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.contracts.records import MAX_KEY, Done, Failed, Outcome, RecordStore, Txn, View, Work
from appliance.testing.records_making import BEYOND, RecordsMaking, Row, all_rows, clear

VALUES = st.binary(max_size=3) | st.sampled_from([b"\0" * 300, b"\xff" * 600])

# Bytes at which orders of other kinds go wrong: ends, sign, letters.
EDGES = st.sampled_from(b"\x00\x01A\x7f\x80\xfe\xff")
KEYS = (
    st.lists(EDGES, min_size=1, max_size=5).map(bytes)
    | st.builds(lambda byte, count: bytes([byte]) * count, EDGES, st.sampled_from([1, 2, 127, 255, 256, MAX_KEY]))
    | st.builds(lambda first, last: bytes([first]) * (MAX_KEY - 1) + bytes([last]), EDGES, EDGES)
    | st.binary(min_size=1, max_size=MAX_KEY)
)


class Refused(Exception):
    """How a function of a program fails; it carries what the function has seen."""


@dataclass(frozen=True, slots=True)
class Put:
    """txn.put."""

    key: bytes
    value: bytes

    def on(self, txn: Txn) -> None:
        """Do it."""
        txn.put(self.key, self.value)


@dataclass(frozen=True, slots=True)
class Delete:
    """txn.delete."""

    key: bytes

    def on(self, txn: Txn) -> bool:
        """Whether it was there."""
        return txn.delete(self.key)


@dataclass(frozen=True, slots=True)
class Get:
    """view.get."""

    key: bytes

    def on(self, view: View) -> bytes | None:
        """The value."""
        return view.get(self.key)


@dataclass(frozen=True, slots=True)
class Scan:
    """view.scan."""

    start: bytes
    stop: bytes
    limit: int
    reverse: bool

    def on(self, view: View) -> list[Row]:
        """The page."""
        return view.scan(self.start, self.stop, limit=self.limit, reverse=self.reverse)


@dataclass(frozen=True, slots=True)
class Function:
    """One function of a batch: its value is what it has seen, step by step."""

    steps: tuple[Put | Delete | Get | Scan, ...]
    fails: bool

    def __call__(self, txn: Txn) -> list[object]:
        """Run all steps, and fail at the end if it is to."""
        seen: list[object] = [step.on(txn) for step in self.steps]
        if self.fails:
            raise Refused(seen)
        return seen


@dataclass(frozen=True, slots=True)
class Look:
    """One read."""

    steps: tuple[Get | Scan, ...]

    def __call__(self, view: View) -> list[object]:
        """What is seen, step by step."""
        return [step.on(view) for step in self.steps]


Program = list[list[Function] | Look]


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Batches and reads about few keys, so that they meet."""
    key = st.sampled_from(draw(st.lists(KEYS, min_size=1, max_size=4, unique=True)))
    bound = key | key.map(lambda one: one + b"\0") | key.map(lambda one: one[:-1])
    bound |= st.sampled_from([b"", BEYOND, b"\0" * 600]) | KEYS
    get = st.builds(Get, key | bound)
    scan = st.builds(Scan, bound, bound, st.integers(0, 4) | st.just(1000), st.booleans())
    step = st.builds(Put, key, VALUES) | st.builds(Delete, key | bound) | get | scan
    fails = st.sampled_from([False, False, True])
    function = st.builds(Function, st.lists(step, min_size=1, max_size=10).map(tuple), fails)
    look = st.builds(Look, st.lists(get | scan, min_size=1, max_size=4).map(tuple))
    return draw(st.lists(st.lists(function, min_size=1, max_size=5) | look, min_size=2, max_size=6))


class Sorted:
    """What a store is to be, in the plainest words."""

    def __init__(self, rows: dict[bytes, bytes]) -> None:
        """It changes rows."""
        self.rows = rows

    def get(self, key: bytes) -> bytes | None:
        """As View.get."""
        return self.rows.get(key)

    def scan(self, start: bytes, stop: bytes, *, limit: int = 1000, reverse: bool = False) -> list[Row]:
        """As View.scan."""
        inside = sorted(((key, value) for key, value in self.rows.items() if start <= key < stop), reverse=reverse)
        return inside[:limit]

    def put(self, key: bytes, value: bytes) -> None:
        """As Txn.put."""
        self.rows[key] = value

    def delete(self, key: bytes) -> bool:
        """As Txn.delete."""
        return self.rows.pop(key, None) is not None

    def write(self, batch: Sequence[Function]) -> list[Outcome]:
        """As RecordStore.write."""
        return [self._run(work) for work in batch]

    def _run(self, work: Function) -> Outcome:
        before = dict(self.rows)
        try:
            return Done(work(self))
        except Refused as error:
            self.rows = before
            return Failed(error)


def told(outcomes: Sequence[Outcome]) -> list[object]:
    """Outcomes in a form that can be compared."""
    return [outcome.value if isinstance(outcome, Done) else repr(outcome.error) for outcome in outcomes]


class Again(Exception):
    """The first of two runs ends."""


def _thrown_away(work: Work) -> Work:
    def run(txn: Txn) -> None:
        try:
            work(txn)
        finally:
            raise Again

    return run


async def write_twice(store: RecordStore, batch: Sequence[Work]) -> list[Outcome]:
    """The outcomes of a batch in which every function runs twice, the first run being taken back."""
    doubled = [run for work in batch for run in (_thrown_away(work), work)]
    outcomes = await store.write(doubled)
    for first in outcomes[::2]:
        assert isinstance(first, Failed) and isinstance(first.error, Again)
    return outcomes[1::2]


async def follow(store: RecordStore, program: Program, *, twice: bool) -> None:
    """Run a program on an emptied store and on sorted rows; they must not differ in anything."""
    await clear(store)
    model = Sorted({})
    for step in program:
        if isinstance(step, Look):
            assert await store.read(step) == step(model)
        else:
            outcomes = await (write_twice(store, step) if twice else store.write(step))
            assert told(outcomes) == told(model.write(step))
    rows = sorted(model.rows.items())
    assert await all_rows(store) == rows
    assert await all_rows(store, 2, reverse=True) == rows[::-1]


class RecordsModel(RecordsMaking):
    """Generated programs."""

    programs = 100
    """How many programs are tried, each way."""
    phases = tuple(hypothesis.Phase)
    """What is done with a program that shows a difference: by default it is made as short as can be."""

    @pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
    async def test_it_does_what_sorted_rows_do(self, store: RecordStore, twice: bool) -> None:
        """Any puts, deletes, gets and scans, in any batches, with functions among them that fail at their end."""
        loop = asyncio.get_running_loop()

        @hypothesis.settings(
            max_examples=self.programs,
            phases=self.phases,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @given(programs())
        def holds(program: Program) -> None:
            following = asyncio.wait_for(follow(store, program, twice=twice), self.patience)
            asyncio.run_coroutine_threadsafe(following, loop).result()

        await asyncio.to_thread(holds)
