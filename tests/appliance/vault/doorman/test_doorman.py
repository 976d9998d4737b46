# SPDX-License-Identifier: Apache-2.0
"""What the vault is answered, and that a worker that fails, hangs or vanishes accepts nothing."""

import asyncio
import hashlib
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvloop

from appliance.link.refusals import Refused, Why
from appliance.model.problems import Rule
from appliance.model.words import Format
from appliance.vault.doorman.asked import Asked
from appliance.vault.doorman.doorman import Doorman, Judged, NoAnswer, _Worker
from appliance.vault.doorman.workers import Workers
from tests.appliance.vault.doorman.making import CSV_NAME, NAME, PASSWORD, aes_zip, asked_of, pieces, small_pdf
from tests.appliance.vault.doorman.processes import children_of, misbehaving, open_files, until

PACKAGE = aes_zip({NAME: small_pdf()})


@pytest.fixture
async def doorman() -> AsyncIterator[Doorman]:
    made = Doorman()
    yield made
    await made.close()


async def contents_of(judged: Judged) -> list[bytes]:
    found = [b""] * len(judged.documents)
    async for number, piece in judged.contents():
        found[number] += piece
    return found


async def rules(doorman: Doorman, package: bytes, asked: Asked) -> list[Rule]:
    async with doorman.judging(asked, pieces(package)) as judged:
        assert judged.package == hashlib.sha256(package).digest()
        assert not (judged.problems and judged.documents)
        return [problem.rule for problem in judged.problems]


async def test_a_container_is_opened_and_handed_over(doorman: Doorman) -> None:
    inside = {NAME: small_pdf(), CSV_NAME: "番号,氏名\n1,山田\n".encode("cp932")}
    package = aes_zip(inside)
    async with doorman.judging(asked_of(package), pieces(package, 100)) as judged:
        assert judged.problems == ()
        assert await contents_of(judged) == list(inside.values())
    assert [(one.name, one.format, one.size) for one in judged.documents] == [
        (NAME, Format.PDF, len(inside[NAME])),
        (CSV_NAME, Format.CSV, len(inside[CSV_NAME])),
    ]
    assert [one.sha256 for one in judged.documents] == [hashlib.sha256(one).digest() for one in inside.values()]


async def test_a_bare_document_is_handed_back(doorman: Doorman) -> None:
    async with doorman.judging(asked_of(small_pdf(), name=NAME), pieces(small_pdf())) as judged:
        assert judged.problems == ()
        assert await contents_of(judged) == [small_pdf()]
        assert judged.documents[0].name == NAME


async def test_the_password_is_needed(doorman: Doorman) -> None:
    package = aes_zip({NAME: small_pdf()})
    for wrong in ("", PASSWORD + "x", "\u3042"):
        assert await rules(doorman, package, asked_of(package, password=wrong)) == [Rule.PASSWORD]


async def test_what_is_no_zip_is_refused(doorman: Doorman) -> None:
    assert await rules(doorman, b"", asked_of(b"")) == [Rule.CONTENT_EMPTY]
    assert await rules(doorman, b"x" * 100, asked_of(b"x" * 100)) == [Rule.ZIP_NONE]


async def test_each_verdict_is_told_with_its_time(doorman: Doorman) -> None:
    told: list[tuple[str, bool]] = []
    doorman.observe = lambda verdict, seconds: told.append((verdict, seconds > 0))
    await rules(doorman, PACKAGE, asked_of(PACKAGE))
    await rules(doorman, b"x" * 100, asked_of(b"x" * 100))
    with pytest.raises(ValueError, match="were to come"):
        await rules(doorman, b"x" * 99, asked_of(b"x" * 100))
    assert told == [("passed", True), ("refused", True), ("failed", True)]
    assert doorman.here == 0


async def test_bytes_that_are_too_few_or_too_many_are_a_fault_of_the_caller(doorman: Doorman) -> None:
    asked = asked_of(b"x" * 100)
    for size in (99, 101):
        with pytest.raises(ValueError, match="to come"):
            await rules(doorman, b"x" * size, asked)


async def test_an_answer_of_the_program_itself_that_went_wrong_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    doorman = Doorman(Workers(misbehaving(tmp_path, "raise KeyError('geheim')")))
    assert await rules(doorman, PACKAGE, asked_of(PACKAGE)) == [Rule.JUDGE]
    assert "KeyError misbehaving.py" in caplog.text and "geheim" not in caplog.text
    await doorman.close()


@pytest.mark.parametrize(
    "act",
    [
        "os._exit(0)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "sys.exit(1)",
        "return bytearray(2**40)",
        "return bytes(10**9)",
        "os.write(0, b'\\xff' * 100); os._exit(0)",
        "os.write(0, b'\\1'); os._exit(0)",
        "os.write(0, b'\\5\\0\\0\\0hello'); os._exit(0)",
    ],
)
async def test_a_worker_that_ends_or_talks_nonsense_has_accepted_nothing(tmp_path: Path, act: str) -> None:
    doorman = Doorman(Workers(misbehaving(tmp_path, act)))
    for _ in range(2):
        assert await rules(doorman, PACKAGE, asked_of(PACKAGE)) == [Rule.JUDGE]
    await doorman.close()


async def test_a_worker_at_the_end_of_its_time_is_ended_and_has_accepted_nothing(tmp_path: Path) -> None:
    workers = Workers(misbehaving(tmp_path, "os.read(0, 1)"))
    doorman = Doorman(workers, seconds=0.05, seconds_a_mib=0)
    assert await rules(doorman, PACKAGE, asked_of(PACKAGE)) == [Rule.JUDGE]
    await until(lambda: children_of(workers.pid) == [])
    await doorman.close()


LIE = """
    from appliance.model.words import Format
    from appliance.vault.doorman.asked import Answer, Found
    from appliance.vault.doorman.judge import Verdict
    found = Found(%s)
    return Verdict(Answer((), (), (%s)), lambda: iter([b"x" * 10]))
"""


@pytest.mark.parametrize(
    ("found", "documents", "file_name"),
    [
        ("'a.csv', Format.CSV, 10, bytes(32)", "", "a.zip"),
        ("'a.csv', Format.CSV, 10, bytes(32)", "found,) * 100 + (", "a.zip"),
        ("'a.csv', Format.CSV, -1, bytes(32)", "found,", "a.zip"),
        ("'a.csv', Format.CSV, 2**50, bytes(32)", "found,", "a.zip"),
        ("'a' * 500 + '.csv', Format.CSV, 10, bytes(32)", "found,", "a.zip"),
        ("'a.xlsx', Format.XLSX, 10, bytes(32)", "found,", "a.zip"),
        ("'a.csv', Format.CSV, 10, bytes(32)", "found,", "a.csv"),
        (
            "'b.csv', Format.CSV, 10, asked.size and __import__('hashlib').sha256(package).digest()",
            "found,",
            "a.csv",
        ),
    ],
)
async def test_a_worker_that_was_taken_over_cannot_answer_what_cannot_be(
    tmp_path: Path, found: str, documents: str, file_name: str
) -> None:
    doorman = Doorman(Workers(misbehaving(tmp_path, LIE.strip() % (found, documents))))
    asked = Asked(file_name, len(PACKAGE), frozenset({Format.CSV, Format.PDF}), PASSWORD)
    assert await rules(doorman, PACKAGE, asked) == [Rule.JUDGE]
    await doorman.close()


async def test_a_worker_that_says_a_byte_now_and_then_gains_no_time() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        worker = _Worker(ours, 0.05)
        theirs.send(b"1")
        assert await worker.some(1) == b"1"
        with pytest.raises(NoAnswer):
            await worker.some(1)
        theirs.send(b"2")
        with pytest.raises(NoAnswer):
            await worker.some(1)


async def test_one_that_is_asked_for_too_much_is_ended_by_the_kernel(tmp_path: Path) -> None:
    script = misbehaving(tmp_path, "while True: pass", first="worker.confine.__globals__.update(SECONDS=1)")
    doorman = Doorman(Workers(script))
    assert await rules(doorman, PACKAGE, asked_of(PACKAGE)) == [Rule.JUDGE]
    await doorman.close()


async def test_a_worker_that_takes_nothing_does_not_keep_the_vault(tmp_path: Path) -> None:
    """Nobody reads what is sent: the socket is full, and the hash of the package is right all the same."""
    workers = Workers(misbehaving(tmp_path, "return None", fork="os.fork() or signal.pause()"))
    doorman = Doorman(workers, seconds=0.05, seconds_a_mib=0)
    large = bytes(2_000_000)
    assert await rules(doorman, large, asked_of(large)) == [Rule.JUDGE]
    await doorman.close()


async def test_where_no_worker_can_be_made_the_file_is_not_to_blame(tmp_path: Path) -> None:
    doorman = Doorman(Workers(misbehaving(tmp_path, "return None", fork="fail()")))
    with pytest.raises(Refused) as caught:
        await rules(doorman, PACKAGE, asked_of(PACKAGE))
    assert caught.value.why is Why.BROKEN
    await doorman.close()


async def test_the_makers_end_in_the_middle_is_not_the_files_fault_and_the_next_one_is_judged() -> None:
    workers = Workers()
    doorman = Doorman(workers)
    await doorman.start()

    async def dying() -> AsyncIterator[bytes]:
        yield PACKAGE[:10]
        assert workers.pid is not None
        os.kill(workers.pid, signal.SIGKILL)
        await until(lambda: workers.pid is None)
        yield PACKAGE[10:]

    with pytest.raises(Refused) as caught:
        async with doorman.judging(asked_of(PACKAGE), dying()):
            pass
    assert caught.value.why is Why.BROKEN
    assert await rules(doorman, PACKAGE, asked_of(PACKAGE)) == []
    await doorman.close()


async def test_contents_that_break_off_are_an_error() -> None:
    package = aes_zip({"a.csv": os.urandom(1_500_000).hex().encode()}, method=0)
    workers = Workers()
    doorman = Doorman(workers)
    with pytest.raises(Refused) as caught:
        async with doorman.judging(asked_of(package), pieces(package)) as judged:
            assert judged.problems == ()
            [worker] = children_of(workers.pid)
            worker.kill()
            assert judged.documents[0].size == 3_000_000
            async for _ in judged.contents():
                pass
    assert caught.value.why is Why.BROKEN
    await doorman.close()


@pytest.mark.parametrize("read", [0, 1])
async def test_documents_need_not_be_read_to_the_end(read: int) -> None:
    workers = Workers()
    doorman = Doorman(workers)
    package = aes_zip({"a.csv": b"0123456789\n" * 300_000}, method=0)
    async with doorman.judging(asked_of(package), pieces(package)) as judged:
        contents = judged.contents()
        for _ in range(read):
            assert (await anext(contents))[0] == 0
        await contents.aclose()  # type: ignore[attr-defined]
    await until(lambda: children_of(workers.pid) == [])
    await doorman.close()


async def test_who_gives_up_takes_the_worker_along(tmp_path: Path) -> None:
    workers = Workers(misbehaving(tmp_path, "os.read(0, 1)"))
    doorman = Doorman(workers)
    await doorman.start()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(rules(doorman, PACKAGE, asked_of(PACKAGE)))
        await until(lambda: len(children_of(workers.pid)) == 1)
        task.cancel()
    await until(lambda: children_of(workers.pid) == [])
    await doorman.close()


async def test_what_the_callers_stream_raises_comes_out_and_ends_the_worker() -> None:
    workers = Workers()
    doorman = Doorman(workers)

    async def broken() -> AsyncIterator[bytes]:
        yield PACKAGE[:10]
        raise LookupError("the store")

    with pytest.raises(LookupError):
        async with doorman.judging(asked_of(PACKAGE), broken()):
            pass
    await until(lambda: children_of(workers.pid) == [])
    await doorman.close()


async def test_so_many_wait_and_no_more(tmp_path: Path) -> None:
    workers = Workers(misbehaving(tmp_path, "os.read(0, 1)"))
    doorman = Doorman(workers, at_once=2, queued=3)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(rules(doorman, PACKAGE, asked_of(PACKAGE))) for _ in range(5)]
        await until(lambda: workers.pid is not None and len(children_of(workers.pid)) == 2)
        with pytest.raises(Refused) as caught:
            await rules(doorman, PACKAGE, asked_of(PACKAGE))
        assert caught.value.why is Why.BUSY
        assert len(children_of(workers.pid)) == 2
        for task in tasks:
            task.cancel()
    await until(lambda: children_of(workers.pid) == [])
    await doorman.close()


async def test_two_hundred_at_once_never_mix() -> None:
    """Lesson 6: each has its own document and password, some are refused, and each is told of its own."""
    workers = Workers()
    doorman = Doorman(workers, queued=200)
    before = open_files()

    async def one(number: int) -> None:
        password, content = f"Password-{number}", f"{number},{'x' * number}\n".encode()
        name = f"{number}.csv"
        package = aes_zip({name: content if number % 5 else b"\0%d" % number}, password)
        asked = asked_of(package, password=password if number % 7 else "wrong")
        async with doorman.judging(asked, pieces(package, 50)) as judged:
            assert judged.package == hashlib.sha256(package).digest()
            if number % 7 == 0:
                assert [problem.rule for problem in judged.problems] == [Rule.PASSWORD]
            elif number % 5 == 0:
                assert [(problem.rule, problem.entry) for problem in judged.problems] == [(Rule.CSV_NONE, name)]
            else:
                assert await contents_of(judged) == [content] and judged.documents[0].name == name

    async with asyncio.TaskGroup() as group:
        for number in range(200):
            group.create_task(one(number))
    await until(lambda: children_of(workers.pid) == [])
    await doorman.close()
    assert open_files() == before
    assert not [child for child in children_of(os.getpid()) if child.status() == "zombie"]


def test_it_works_in_the_loop_that_the_vault_runs_in() -> None:
    async def both() -> None:
        doorman = Doorman()
        async with doorman.judging(asked_of(PACKAGE), pieces(PACKAGE)) as judged:
            assert await contents_of(judged) == [small_pdf()]
        assert await rules(doorman, PACKAGE, asked_of(PACKAGE, password="wrong")) == [Rule.PASSWORD]
        await doorman.close()

    uvloop.run(both())


async def test_a_package_that_needs_more_memory_than_it_says_is_refused(doorman: Doorman) -> None:
    package = aes_zip({"a.csv": b"0123456789\n" * 10_000})
    asked = asked_of(package, most=200_000)
    assert await rules(doorman, package, asked) == []
    assert await rules(doorman, package, asked_of(package, most=100_000)) == [Rule.ZIP_SIZE]
