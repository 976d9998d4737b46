# SPDX-License-Identifier: Apache-2.0
"""Programs are run to their end, and nothing of ours stays with what they leave behind."""

import os
import signal
from pathlib import Path

import pytest
from renkei_tunnel_wireguard.programs import GIVEN, Ran, printed, run

from appliance.contracts.tunnel import EngineAway

SECRET = "c2VjcmV0"


async def test_a_program_is_run_to_its_end() -> None:
    assert await run(["sh", "-c", "echo out; echo err >&2; exit 3"]) == Ran(3, "out\n", "err\n")


async def test_what_it_is_given_it_finds_under_a_name() -> None:
    """`wg` takes a key from a file alone; what is long fits, too."""
    assert (await run(["cat", GIVEN], SECRET)).printed == SECRET
    long = "x" * 1_000_000
    assert (await run(["cat", GIVEN], long)).printed == long


async def test_what_it_is_given_is_in_no_folder() -> None:
    file = (await run(["readlink", "/proc/self/fd/0"], SECRET)).printed
    assert file.startswith("/memfd:") and file.endswith("(deleted)\n")


async def test_it_inherits_no_file_of_ours(tmp_path: Path) -> None:
    """As wireguard-go would keep it open for ever."""
    (tmp_path / "ours").touch()
    ours = os.open(tmp_path / "ours", os.O_RDONLY)
    os.set_inheritable(ours, True)
    listed = await run(["sh", "-c", "readlink /proc/self/fd/* || true"])
    os.close(ours)
    assert "ours" not in listed.printed


async def test_one_that_leaves_another_behind_has_ended() -> None:
    left = await run(["sh", "-c", "sleep 30 >/dev/null 2>&1 & echo $!"])
    os.kill(int(left.printed), signal.SIGKILL)


async def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(EngineAway, match="`no-such-program` cannot be run"):
        await run(["no-such-program"])


async def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renkei_tunnel_wireguard.programs.SECONDS", 0.05)
    with pytest.raises(EngineAway, match="did not end within"):
        await run(["sleep", "60"])


async def test_what_fails_says_why() -> None:
    assert await printed(run, "echo", "well") == "well\n"
    with pytest.raises(EngineAway, match=r"`sh -c exit 1` failed: $"):
        await printed(run, "sh", "-c", "exit 1")
    with pytest.raises(EngineAway, match="No such file"):
        await printed(run, "cat", "/no/such/file")
