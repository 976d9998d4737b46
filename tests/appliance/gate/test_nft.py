# SPDX-License-Identifier: Apache-2.0
"""The program nft, played by a script: what it is told, and what its failures mean."""

import asyncio
import json
from pathlib import Path

import pytest

from appliance.gate import nft
from appliance.gate.kernel import KernelRefused, Opening, Place
from appliance.gate.nft import NftKernel

HERE = Place("rk-se0", "10.0.0.2")
Seen = list[tuple[str, bool]]


def program(folder: Path, body: str) -> str:
    """A script that keeps what it was told, and then does this."""
    path = folder / "nft"
    path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {folder}/words\ncat > {folder}/told\n{body}\n')
    path.chmod(0o755)
    return str(path)


def kernel(folder: Path, body: str, seen: Seen | None = None) -> NftKernel:
    def observe(what: str, well: bool, seconds: float) -> None:
        assert seconds >= 0
        (seen if seen is not None else []).append((what, well))

    return NftKernel("10.0.0.10", (443,), program=program(folder, body), observe=observe)


async def test_it_is_told_in_json_at_its_standard_input(tmp_path: Path) -> None:
    seen: Seen = []
    await kernel(tmp_path, "exit 0", seen).prepare()
    assert (tmp_path / "words").read_text().split() == ["-j", "-f", "-"]
    assert json.loads((tmp_path / "told").read_text())["nftables"]
    assert seen == [("prepare", True)]


async def test_a_change_is_one_run_and_no_change_is_none(tmp_path: Path) -> None:
    seen: Seen = []
    made = kernel(tmp_path, "exit 0", seen)
    await made.change([], [])
    assert seen == []
    await made.change([Opening(HERE, 60, "one")], [HERE])
    assert seen == [("change", True)]


async def test_what_it_complains_of_is_said(tmp_path: Path) -> None:
    seen: Seen = []
    made = kernel(tmp_path, "echo 'Error: Operation not permitted' >&2; exit 1", seen)
    with pytest.raises(KernelRefused, match="Operation not permitted"):
        await made.prepare()
    assert seen == [("prepare", False)] * 2, "it has looked for what is in the way"


async def test_a_chain_that_stands_in_the_way_is_made_anew(tmp_path: Path) -> None:
    """All is refused but what takes the chain away, and the listing."""
    chain = {"name": "forward", "type": "filter", "hook": "forward", "prio": 500, "policy": "accept"}
    (tmp_path / "listing").write_text(json.dumps({"nftables": [{"chain": chain}]}))
    body = f"""
case "$(cat {tmp_path}/told)" in
*'"list"'*) cat {tmp_path}/listing;;
*'"delete": {{"chain": '*'"name": "forward"'*) cp {tmp_path}/told {tmp_path}/mended;;
*'"rule"'*) exit 1;;
esac"""
    await kernel(tmp_path, body).prepare()
    commands = json.loads((tmp_path / "mended").read_text())["nftables"]
    gone = [what["chain"]["name"] for command in commands for verb, what in command.items() if verb == "delete"]
    assert gone == ["forward"] and "rule" in commands[-1]["add"]


async def test_a_listing_that_is_not_understood_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KernelRefused, match="cannot be read"):
        await kernel(tmp_path, "echo hello").held()


async def test_without_the_program_nothing_is_done(tmp_path: Path) -> None:
    with pytest.raises(KernelRefused, match="cannot be run"):
        await NftKernel("10.0.0.10", (443,), program=str(tmp_path / "no nft")).prepare()


async def test_one_that_hangs_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nft, "SECONDS", 0.2)
    with pytest.raises(KernelRefused, match="did not end"):
        await kernel(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 1000").prepare()
    pid = (tmp_path / "pid").read_text().strip()
    assert not _is_there(pid)


async def test_one_that_is_not_awaited_any_more_is_killed(tmp_path: Path) -> None:
    made = kernel(tmp_path, f"mkfifo {tmp_path}/started; echo $$ > {tmp_path}/started; exec sleep 1000")
    async with asyncio.TaskGroup() as group:
        task = group.create_task(made.prepare())
        while not (tmp_path / "started").exists():  # noqa: ASYNC110 - a file appears
            await asyncio.sleep(0.01)
        pid = await asyncio.to_thread((tmp_path / "started").read_text)
        task.cancel()
    assert not _is_there(pid.strip())


def _is_there(pid: str) -> bool:
    return Path("/proc", pid).exists()


def test_the_real_one_is_looked_for_where_services_have_no_path() -> None:
    assert "/usr/sbin" in nft.PLACES.split(":")
