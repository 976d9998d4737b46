# SPDX-License-Identifier: Apache-2.0
"""Guarded calls: what raising, hanging and nonsense mean in each family."""

import asyncio
import logging
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from appliance.contracts.action import Action, ActionAnswer, ActionRefused, ActionRequest
from appliance.contracts.blobs import BlobError, BlobMissing
from appliance.contracts.factor import NOT_PROVEN, FactorAnswer, FactorRequest, Proof
from appliance.contracts.families import BY_ID, Family
from appliance.contracts.jobs import Job
from appliance.contracts.plugin import PluginError
from appliance.contracts.policy import ABSTAIN, Decision, PolicyRequest, Verdict
from appliance.contracts.records import Done, LimitExceeded, OutcomeUnknown, StoreError, StoreFull, Usage
from appliance.host import bounded
from appliance.host.guarded import Rule, guarded
from appliance.host.refused import ProviderFailed
from appliance.host.verdicts import complaint_for
from appliance.link.refusals import Refused, Why
from appliance.metrics.registry import Metrics
from appliance.model.words import Role, Site

ASKED = PolicyRequest("notice.list", Site.PORTAL, "a", Role.OFFICE_ADMIN, frozenset(), "o", "o", 0)
SOON = 0.01


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(bounded, "GRACE", SOON)
    caplog.set_level(logging.CRITICAL, "appliance.host.guarded")


class Bench:
    """A rule for the plugin `mine` in one family, quick to lose patience, and its figures."""

    def __init__(self, family_id: str, rights: str = "theirs") -> None:
        self.metrics = Metrics(process=False)
        family: Family = replace(BY_ID[family_id], timeout=SOON)
        complaint = complaint_for("mine", rights) if family_id == "policy" else None
        self.rule = Rule("mine", family, self.metrics.plugin_call("mine", family_id), complaint)

    def count(self, outcome: str) -> float:
        labels = {"plugin": "mine", "family": self.rule.family.id, "outcome": outcome}
        return self.metrics.registry.get_sample_value("renkei_plugin_calls_total", labels) or 0


class Says:
    """A provider whose every method does what it is told."""

    def __init__(self, does: Callable[[], Any]) -> None:
        self._does = does

    async def judge(self, request: object) -> Any:
        return await _done(self._does)

    async def enrol(self, request: object) -> Any:
        return await _done(self._does)

    async def begin(self, request: object) -> Any:
        return await _done(self._does)

    async def verify(self, request: object) -> Any:
        return await _done(self._does)

    async def write(self, batch: object) -> Any:
        return await _done(self._does)

    async def read(self, work: Callable[[object], object]) -> Any:
        await _done(self._does)
        return work("view")

    async def check(self) -> Any:
        return await _done(self._does)

    async def backup(self, to: object) -> Any:
        return await _done(self._does)

    async def usage(self) -> Any:
        return await _done(self._does)


async def _done(does: Callable[[], Any]) -> Any:
    value = does()
    return await value if asyncio.iscoroutine(value) else value


def raises(error: BaseException) -> Callable[[], Any]:
    def does() -> None:
        raise error

    return does


async def hangs() -> None:
    await asyncio.Event().wait()


async def never_lets_go() -> None:
    while True:
        try:
            await hangs()
        except asyncio.CancelledError:
            continue


# --- policies: deny ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("does", "reason", "outcome"),
    [
        (raises(ValueError("secret detail")), "mine failed", "failed"),
        (raises(Refused(Why.AWAY)), "mine failed", "failed"),
        (raises(asyncio.CancelledError()), "mine failed", "failed"),
        (raises(SystemExit(1)), "mine failed", "failed"),
        (hangs, "mine did not answer in time", "timeout"),
        (never_lets_go, "mine did not answer in time", "abandoned"),
        (lambda: None, "mine answered nonsense", "nonsense"),
        (lambda: True, "mine answered nonsense", "nonsense"),
        (lambda: Decision.ALLOW, "mine answered nonsense", "nonsense"),
        (lambda: Verdict("allow", "a word"), "mine answered nonsense", "nonsense"),  # type: ignore[arg-type]
        (lambda: Verdict(Decision.DENY, b"bytes"), "mine answered nonsense", "nonsense"),  # type: ignore[arg-type]
        (lambda: Verdict(Decision.ABSTAIN, "", until=1.5), "mine answered nonsense", "nonsense"),  # type: ignore[arg-type]
        (lambda: Verdict(Decision.ALLOW, "I say so"), "mine answered nonsense", "nonsense"),
    ],
)
async def test_a_policy_that_does_not_answer_as_agreed_denies(
    does: Callable[[], Any], reason: str, outcome: str
) -> None:
    bench = Bench("policy")
    assert await guarded(Says(does), bench.rule).judge(ASKED) == Verdict(Decision.DENY, reason)
    assert bench.count(outcome) == 1


@pytest.mark.parametrize("verdict", [ABSTAIN, Verdict(Decision.DENY, "no", until=5)])
async def test_a_policy_may_deny_and_abstain(verdict: Verdict) -> None:
    bench = Bench("policy")
    assert await guarded(Says(lambda: verdict), bench.rule).judge(ASKED) is verdict
    assert bench.count("done") == 1


async def test_the_rights_policy_may_allow() -> None:
    allow = Verdict(Decision.ALLOW, "it is in the table")
    assert await guarded(Says(lambda: allow), Bench("policy", rights="mine").rule).judge(ASKED) is allow


@pytest.mark.parametrize("does", [raises(PluginError("unknown state")), hangs, lambda: None, lambda: Proof(1)])  # type: ignore[arg-type]
async def test_a_factor_that_fails_has_proven_nothing_and_begins_nothing(does: Callable[[], Any]) -> None:
    factor = guarded(Says(does), Bench("factor").rule)
    assert await factor.verify(FactorAnswer("a", b"kept", "12345678", 0)) is NOT_PROVEN
    with pytest.raises(ProviderFailed):
        await factor.begin(FactorRequest("a", b"kept", 0))


async def test_cancelling_the_caller_is_no_denial() -> None:
    bench = Bench("policy")
    bench.rule = replace(bench.rule, family=replace(bench.rule.family, timeout=60))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(guarded(Says(hangs), bench.rule).judge(ASKED))
        await asyncio.sleep(0)
        task.cancel()
    assert task.cancelled()
    assert bench.count("cancelled") == 1


# --- stores: the action fails -----------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [StoreError("it"), StoreFull("full"), LimitExceeded("long")])
async def test_a_stores_own_errors_pass_as_they_are(error: StoreError) -> None:
    bench = Bench("records")
    with pytest.raises(StoreError) as caught:
        await guarded(Says(raises(error)), bench.rule).write([])
    assert caught.value is error
    assert bench.count("refused") == 1


@pytest.mark.parametrize("does", [raises(KeyError("bug")), lambda: "nonsense", lambda: None])
async def test_any_other_failure_of_a_store_is_a_store_error(does: Callable[[], Any]) -> None:
    with pytest.raises(StoreError, match=r"^mine "):
        await guarded(Says(does), Bench("records").rule).write([])


@pytest.mark.parametrize("does", [hangs, never_lets_go])
async def test_a_write_that_does_not_end_has_an_unknown_outcome(does: Callable[[], Any]) -> None:
    with pytest.raises(OutcomeUnknown):
        await guarded(Says(does), Bench("records").rule).write([])


async def test_a_store_that_answers_is_heard() -> None:
    provider = guarded(Says(lambda: [Done(1)]), Bench("records").rule)
    assert await provider.write([]) == [Done(1)]
    assert await guarded(Says(lambda: Usage(1, 2)), Bench("records").rule).usage() == Usage(1, 2)
    assert await guarded(Says(lambda: None), Bench("records").rule).check() is None


async def test_the_readers_own_error_passes_as_it_is() -> None:
    bench = Bench("records")
    error = KeyError("the reader's")

    def work(view: object) -> None:
        raise error

    provider = guarded(Says(lambda: None), bench.rule)
    for reading in (provider.read(work), provider.read(work=work)):
        with pytest.raises(KeyError) as caught:
            await reading
        assert caught.value is error
    assert bench.count("done") == 2


async def test_a_store_that_fails_to_read_is_a_store_error() -> None:
    with pytest.raises(StoreError):
        await guarded(Says(raises(KeyError("the store's"))), Bench("records").rule).read(str)


async def test_a_backup_may_take_longer_than_a_write() -> None:
    rule = Bench("records").rule
    assert rule.seconds("backup") > 100 * rule.seconds("write")


async def test_nothing_but_the_contract_can_be_reached() -> None:
    assert not hasattr(guarded(Says(hangs), Bench("records").rule), "judge")


# --- streams ----------------------------------------------------------------------------------------------------


class Blobs:
    """A blob store that gives the pieces it was made with; an exception among them is raised, None hangs."""

    def __init__(self, *pieces: object) -> None:
        self._pieces = pieces
        self.saved = b""
        self.closed = 0

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        async for chunk in chunks:
            self.saved += chunk
        return len(self.saved)

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[Any]:
        try:
            for piece in self._pieces:
                if piece is None:
                    await hangs()
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed += 1

    async def delete(self, id: str) -> bool:
        return True

    async def ids(self, after: str = "", limit: int = 1000) -> list[Any]:
        return []

    async def check(self) -> Usage:
        return Usage(0, 1)


async def test_a_stream_comes_through_piece_by_piece() -> None:
    bench = Bench("blobs")
    pieces = guarded(Blobs(b"a", bytearray(b"b"), memoryview(b"c")), bench.rule).open("id")
    assert [piece async for piece in pieces] == [b"a", b"b", b"c"]
    assert bench.count("done") == 1


@pytest.mark.parametrize("piece", [OSError("disk"), None, "text", 7])
async def test_a_stream_that_breaks_off_is_an_error_after_what_came_before(piece: object) -> None:
    blobs, got = Blobs(b"a", piece), []
    with pytest.raises(BlobError):
        async for each in guarded(blobs, Bench("blobs").rule).open("id"):
            got.append(each)
    assert (got, blobs.closed) == ([b"a"], 1)


async def test_a_missing_blob_is_told_as_it_is() -> None:
    with pytest.raises(BlobMissing):
        await anext(guarded(Blobs(BlobMissing("id")), Bench("blobs").rule).open("id"))


async def test_a_stream_that_nobody_reads_to_its_end_is_closed() -> None:
    bench, blobs = Bench("blobs"), Blobs(b"a", b"b")
    pieces = guarded(blobs, bench.rule).open("id")
    assert await anext(pieces) == b"a"
    await pieces.aclose()
    assert blobs.closed == 1
    assert bench.count("cancelled") == 1


async def test_a_slow_source_is_not_the_stores_fault() -> None:
    async def slow() -> AsyncIterator[bytes]:
        for _ in range(3):
            await asyncio.sleep(2 * SOON)
            yield b"x"

    blobs = Blobs()
    assert await guarded(blobs, Bench("blobs").rule).save("id", slow()) == 3
    assert blobs.saved == b"xxx"


async def test_a_source_that_fails_is_told_as_it_is() -> None:
    async def cut() -> AsyncIterator[bytes]:
        yield b"x"
        raise ConnectionResetError("the visitor")

    for saving in (
        guarded(Blobs(), Bench("blobs").rule).save("id", cut()),
        guarded(Blobs(), Bench("blobs").rule).save("id", chunks=cut()),
    ):
        with pytest.raises(ConnectionResetError, match="the visitor"):
            await saving


# --- data with a function inside --------------------------------------------------------------------------------


def action(does: Callable[[], Any]) -> Action:
    async def handler(request: ActionRequest) -> Any:
        return await _done(does)

    return Action("mine.act", frozenset({Site.PORTAL}), frozenset(), None, handler)


REQUEST = ActionRequest("a", Role.OFFICE_ADMIN, "o", 0, {})


async def test_an_action_keeps_its_facts_and_its_answer() -> None:
    made = guarded(action(lambda: ActionAnswer({"a": "b"})), Bench("action").rule)
    assert (made.name, made.sites) == ("mine.act", {Site.PORTAL})
    assert await made.handler(REQUEST) == ActionAnswer({"a": "b"})


@pytest.mark.parametrize("error", [ActionRefused("今はできません"), Refused(Why.NOT_FOUND)])
async def test_refusals_by_an_action_or_by_the_core_pass(error: Exception) -> None:
    with pytest.raises(type(error)):
        await guarded(action(raises(error)), Bench("action").rule).handler(REQUEST)


@pytest.mark.parametrize("does", [raises(KeyError("bug")), hangs, lambda: {"a": "b"}])
async def test_any_other_failure_of_an_action_is_the_plugins(does: Callable[[], Any]) -> None:
    with pytest.raises(ProviderFailed, match=r"^mine "):
        await guarded(action(does), Bench("action").rule).handler(REQUEST)


async def test_a_job_is_bounded_and_counted() -> None:
    bench = Bench("jobs")
    with pytest.raises(ProviderFailed):
        await guarded(Job("tidy", 60, hangs), bench.rule).run()
    assert bench.count("timeout") == 1


async def test_the_log_names_the_plugin_and_the_method(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "appliance.host.guarded")
    await guarded(Says(raises(KeyError("bug"))), Bench("policy").rule).judge(ASKED)
    [record] = caplog.records
    assert record.getMessage() == "plugin mine: policy.judge failed"
    assert record.__dict__["plugin"] == "mine"
    assert record.exc_info is not None
