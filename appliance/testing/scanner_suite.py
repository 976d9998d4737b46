# SPDX-License-Identifier: Apache-2.0
"""What every scanner must do: inherit ScannerSuite in a test file and say how a scanner is made.

class TestMine(ScannerSuite):
    @asynccontextmanager
    async def opened(self):
        yield MyEngine(...)
"""

import asyncio
import inspect
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, suppress

import pytest

from appliance.contracts.scanner import MAX_NAMED, Scanned, Scanner, ScannerAway, ScannerState, ScanRequest, Verdict
from appliance.model.ids import id_from
from appliance.model.words import Format

CLEAN = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
MANY = 24


class Engine(ABC):
    """A scanner and what stands behind it, in the test's hand.

    infected is a document in which it finds something; locked one into which it cannot look, b"" if there is none.
    """

    scanner: Scanner
    infected: bytes
    locked: bytes = b""

    @abstractmethod
    async def leave(self) -> None:
        """The engine is away."""

    @abstractmethod
    async def come_back(self) -> None:
        """The engine is there again."""

    @abstractmethod
    async def hang(self) -> None:
        """The engine takes what it is given and answers nothing, until it comes back."""


class CannotRead(Exception):
    """What a document raises that cannot be read."""


class ScannerSuite(ABC):
    """A scanner of documents."""

    @abstractmethod
    def opened(self) -> AbstractAsyncContextManager[Engine]:
        """An engine that is ready, as long as the context lasts."""

    # --- verdicts -------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("size", [1, 1_000, 3 * 1024 * 1024 + 1])
    async def test_a_clean_document_is_clean(self, size: int) -> None:
        """Whatever its size."""
        async with self.opened() as engine:
            content = (CLEAN * (size // len(CLEAN) + 1))[:size]
            assert (await engine.scanner.scan(_request(content))).verdict is Verdict.CLEAN

    async def test_an_infected_document_is_infected_and_what_it_has_is_named(self) -> None:
        """In one short line for the fund."""
        async with self.opened() as engine:
            said = await engine.scanner.scan(_request(engine.infected))
            assert said.verdict is Verdict.INFECTED
            assert said.named.strip() and said.named.isprintable() and len(said.named) <= MAX_NAMED

    @pytest.mark.parametrize("piece", [1, 7, 10_000])
    async def test_the_pieces_in_which_it_comes_do_not_matter(self, piece: int) -> None:
        """They end anywhere, and some are empty."""
        async with self.opened() as engine:
            for content, verdict in ((CLEAN, Verdict.CLEAN), (engine.infected, Verdict.INFECTED)):
                assert (await engine.scanner.scan(_request(content, piece=piece))).verdict is verdict

    async def test_what_it_cannot_look_into_is_neither(self) -> None:
        """Three-valued: nobody may take it for clean, nor for infected."""
        async with self.opened() as engine:
            if engine.locked:
                said = await engine.scanner.scan(_request(engine.locked))
                assert said.verdict is Verdict.NOT_SCANNABLE and said.named

    async def test_it_says_the_same_twice(self) -> None:
        """And one document has nothing to do with the next."""
        async with self.opened() as engine:
            for _ in range(2):
                assert (await engine.scanner.scan(_request(engine.infected))).verdict is Verdict.INFECTED
                assert (await engine.scanner.scan(_request(CLEAN))).verdict is Verdict.CLEAN

    async def test_many_at_once_do_not_mix(self) -> None:
        """Each gets its own verdict."""
        async with self.opened() as engine:
            contents = [engine.infected if number % 3 == 0 else CLEAN for number in range(MANY)]
            said = await asyncio.gather(*(engine.scanner.scan(_request(content)) for content in contents))
            assert [one.verdict is Verdict.INFECTED for one in said] == [
                content is not CLEAN for content in contents
            ]

    async def test_what_is_clean_was_read_to_its_end(self) -> None:
        """The core believes nobody else."""
        async with self.opened() as engine:
            reader = _Reader(CLEAN, 10)
            said = await engine.scanner.scan(ScanRequest(id_from(bytes(16)), Format.PDF, len(CLEAN), reader.chunks))
            assert said.verdict is Verdict.CLEAN and reader.whole

    # --- when something goes wrong --------------------------------------------------------------------------------

    async def test_a_document_that_cannot_be_read_has_no_verdict(self) -> None:
        """Its error is passed on, or told as ScannerAway; the next document is not harmed."""
        async with self.opened() as engine:
            for after in (0, 1, 5):
                with pytest.raises((CannotRead, ScannerAway)):
                    await engine.scanner.scan(_request(CLEAN, piece=10, breaks_after=after))
            assert (await engine.scanner.scan(_request(engine.infected))).verdict is Verdict.INFECTED
            assert (await engine.scanner.scan(_request(CLEAN))).verdict is Verdict.CLEAN

    async def test_whoever_gives_up_waiting_harms_nobody(self) -> None:
        """The host cancels what takes too long: in the middle of a document, and of an answer."""
        async with self.opened() as engine:
            for _ in range(MANY):
                await _given_up(engine.scanner, _endless())
            await engine.hang()
            for _ in range(3):
                await _given_up(engine.scanner, _request(CLEAN))
            await engine.come_back()
            assert (await engine.scanner.scan(_request(engine.infected))).verdict is Verdict.INFECTED

    async def test_an_engine_that_is_away_is_away_until_it_comes_back(self) -> None:
        """Nobody has to start anything anew."""
        async with self.opened() as engine:
            assert (await engine.scanner.scan(_request(CLEAN))).verdict is Verdict.CLEAN
            await engine.leave()
            for _ in range(2):
                with pytest.raises(ScannerAway, match=r"\S"):
                    await engine.scanner.scan(_request(CLEAN))
                with pytest.raises(ScannerAway, match=r"\S"):
                    await engine.scanner.state()
            await engine.come_back()
            assert (await engine.scanner.scan(_request(CLEAN))).verdict is Verdict.CLEAN
            assert isinstance(await engine.scanner.state(), ScannerState)

    # --- form -----------------------------------------------------------------------------------------------------

    async def test_it_tells_engine_and_signatures(self) -> None:
        """As they stand beside each document."""
        async with self.opened() as engine:
            state = await engine.scanner.state()
            assert isinstance(state, ScannerState)
            assert state.engine.strip() and 0 <= state.signatures_at < 2**53

    async def test_an_answer_is_a_verdict(self) -> None:
        """Of the contract's type, from methods that may be awaited."""
        async with self.opened() as engine:
            assert isinstance(await engine.scanner.scan(_request(CLEAN)), Scanned)
            assert all(map(inspect.iscoroutinefunction, (engine.scanner.scan, engine.scanner.state)))


class _Reader:
    """A document that comes in pieces of one size, with empty ones between; it may break after some."""

    def __init__(self, content: bytes, piece: int, breaks_after: int | None = None) -> None:
        self._pieces = [content[start : start + piece] for start in range(0, len(content), piece)]
        self._breaks_after = breaks_after
        self.whole = False

    async def chunks(self) -> AsyncIterator[bytes]:
        """The pieces."""
        for number, piece in enumerate(self._pieces):
            if number == self._breaks_after:
                raise CannotRead
            yield b""
            yield piece
        self.whole = True


_numbers = iter(range(2**32))


def _request(content: bytes, *, piece: int = 65_536, breaks_after: int | None = None) -> ScanRequest:
    reader = _Reader(content, piece, breaks_after)
    return ScanRequest(id_from(next(_numbers).to_bytes(16, "big")), Format.PDF, len(content), reader.chunks)


def _endless() -> ScanRequest:
    """A document whose second piece never comes."""

    async def chunks() -> AsyncIterator[bytes]:
        yield CLEAN
        await asyncio.Event().wait()

    return ScanRequest(id_from(bytes(16)), Format.PDF, 2 * len(CLEAN), chunks)


async def _given_up(scanner: Scanner, request: ScanRequest) -> None:
    """Ask, and cancel soon after."""
    with suppress(TimeoutError, ScannerAway):
        async with asyncio.timeout(0.01):
            said = await scanner.scan(request)
            raise AssertionError(f"a verdict on what nobody has seen: {said}")
