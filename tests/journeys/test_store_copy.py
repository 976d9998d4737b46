# SPDX-License-Identifier: Apache-2.0
"""A fund moves to other stores, whatever breaks on the way, and every document is what it was."""

import json
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from appliance.config.load import load
from appliance.model.journal import Kind
from appliance.model.words import Site
from tests.journeys.afterwards import journal
from tests.journeys.courier import Courier, Document
from tests.journeys.installation import Installation, NotReady
from tests.story.stage import python
from tests.story.stores import BLOBS, FILES, LMDB, RECORDS, Table, keep_secrets
from tests.story.story import sign_in

COUNT, FEW = 12, 4
LARGE = 9 * 1024 * 1024
LINES = (
    "proving the journal",
    "copying records",
    "copying blobs",
    "comparing records",
    "proving the copied journal",
)


def document(number: int) -> Document:
    """One of them has two parts."""
    return Document.of(number, LARGE if number == 0 else 30_000 + number)


@pytest.fixture
async def delivered(fund: Installation) -> dict[int, str]:
    """The fund has notices, and has stopped; the notices by the numbers of their documents."""
    return await filled(fund, COUNT)


async def filled(fund: Installation, count: int) -> dict[int, str]:
    """The same, with so many."""
    service = fund.start()
    async with fund.visitor(Site.CONSOLE) as staff:
        courier = await Courier.at(fund, staff)
        numbers = range(count)
        found = {number: await courier.carry(document(number), f"command-number-{number}") for number in numbers}
    assert service.stop() == 0
    return found


def configured(fund: Installation, records: Table, blobs: Table, name: str) -> Path:
    """A configuration of the fund with these stores."""
    keep_secrets(fund.root / "credentials", {**records.secrets, **blobs.secrets})
    text = fund.config.read_text("utf-8")
    start, stop = text.index("[plugins.records_"), text.index("[plugins.policy_")
    path = fund.root / name
    path.write_text(f"{text[:start]}{records.text}\n{blobs.text}\n{text[stop:]}", "utf-8")
    return path


def in_folders(fund: Installation, name: str = "new.toml") -> Path:
    """The same kinds of stores in other folders."""
    at = fund.root / "state" / "vault"
    records = Table(f'[plugins.records_lmdb]\npath = "{at}/records-of-{name}"\n')
    return configured(fund, records, Table(f'[plugins.blobs_files]\npath = "{at}/blobs-of-{name}"\n'), name)


def words(fund: Installation, new: Path) -> list[str]:
    """The command."""
    return [*python(), "store", "copy", "--to", str(new), "--config", str(fund.config), "--json"]


def copied(fund: Installation, new: Path) -> dict[str, int]:
    """What the command says at its good end."""
    done = subprocess.run(words(fund, new), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    return found


def broken(fund: Installation, new: Path, line: str, how: signal.Signals = signal.SIGKILL) -> tuple[int, str]:
    """Begin the command, and end it as soon as it says this; its exit code, and what it said after that."""
    with subprocess.Popen(
        words(fund, new), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as copying:
        assert copying.stderr is not None
        assert any(said.startswith(line) for said in copying.stderr), "it came to its end too soon"
        copying.send_signal(how)
        rest = copying.stderr.read()
    return copying.returncode, rest


async def everything_is_there(fund: Installation, delivered: dict[int, str]) -> None:
    """Served from the stores of the configuration: each document, byte for byte, and a journal that is whole."""
    service = fund.start()
    async with fund.visitor(Site.PORTAL) as user:
        await sign_in(user, fund.user)
        for number, notice in delivered.items():
            assert (await user.ask("GET", f"/notices/{notice}/file")).body == document(number).content
    assert json.loads(await fund.renkei("journal", "verify", "--json"))["ok"]
    assert service.stop() == 0


async def test_a_copy_that_was_killed_comes_to_its_end(fund: Installation) -> None:
    notices = await filled(fund, FEW)
    new = in_folders(fund)
    assert broken(fund, new, "copying blobs")[0] == -signal.SIGKILL
    assert copied(fund, new)["documents"] == FEW
    new.replace(fund.config)
    await everything_is_there(fund, notices)


@pytest.mark.lab  # half a minute, as those below
async def test_a_copy_killed_at_every_step_comes_to_its_end(fund: Installation, delivered: dict[int, str]) -> None:
    new = in_folders(fund)
    for line in LINES:
        assert broken(fund, new, line)[0] == -signal.SIGKILL
    counts = copied(fund, new)
    assert (counts["documents"], counts["blobs"]) == (COUNT, COUNT + 1)
    with pytest.raises(NotReady, match="the fund was moved from these stores"):
        fund.start("vault")
    new.replace(fund.config)
    await everything_is_there(fund, delivered)
    assert [entry.kind for entry in await journal(fund)].count(Kind.STORE_COPIED) == 1


@pytest.mark.lab
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_a_vault_that_runs_before_it_goes_on_loses_nothing(
    fund: Installation, delivered: dict[int, str], how: signal.Signals
) -> None:
    new = in_folders(fund)
    code, said = broken(fund, new, "copying records", how)
    assert code == 130, said
    assert said.endswith("renkei: stopped; nothing is lost, and the same command goes on from there\n")
    service = fund.start()
    async with fund.visitor(Site.CONSOLE) as staff:
        courier = await Courier.at(fund, staff)
        delivered[COUNT] = await courier.carry(document(COUNT), f"command-number-{COUNT}")
    assert service.stop() == 0
    assert copied(fund, new)["documents"] == COUNT + 1
    new.replace(fund.config)
    await everything_is_there(fund, delivered)


@pytest.mark.lab
async def test_back_again_is_a_move_like_any_other(fund: Installation, delivered: dict[int, str]) -> None:
    for name in ("there.toml", "back.toml"):
        new = in_folders(fund, name)
        copied(fund, new)
        new.replace(fund.config)
    await everything_is_there(fund, delivered)
    assert [entry.kind for entry in await journal(fund)].count(Kind.STORE_COPIED) == 2


@pytest.mark.lab
async def test_from_files_to_servers_and_back(fund: Installation, delivered: dict[int, str]) -> None:
    with ExitStack() as stack:
        records = stack.enter_context(RECORDS["postgres"](fund.root))
        blobs = stack.enter_context(BLOBS["s3"](fund.root))
        there = configured(fund, records, blobs, "there.toml")
        for line in LINES:
            assert broken(fund, there, line)[0] == -signal.SIGKILL
        assert copied(fund, there)["documents"] == COUNT
        there.replace(fund.config)
        assert {"records_postgres", "blobs_s3"} <= load(fund.config).plugins.keys()
        await everything_is_there(fund, delivered)
        back = in_folders(fund, "back.toml")
        assert copied(fund, back)["documents"] == COUNT
        back.replace(fund.config)
    assert {f"records_{LMDB}", f"blobs_{FILES}"} <= load(fund.config).plugins.keys()
    await everything_is_there(fund, delivered)
