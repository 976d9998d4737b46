# SPDX-License-Identifier: Apache-2.0
"""`renkei tunnel-wireguard prepare-host`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import pytest
from renkei_tunnel_wireguard import command
from renkei_tunnel_wireguard.command import COMMAND, UNIT, NotPrepared, prepare
from renkei_tunnel_wireguard.link import ADVICE
from renkei_tunnel_wireguard.programs import Ran

from appliance.contracts.tunnel import EngineAway
from tests.architecture.tree import ROOT

WHY = "RTNETLINK answers: Operation not supported"


class Host:
    """What was run, as far as it changes something. lacks are words of which a command with them fails."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An installed host without WireGuard in its kernel, with wireguard-go."""
        self.lacks = ["type wireguard", "is-active"]
        self.done: list[str] = []
        self.has_probe = False
        self.units, self.programs = folder / "units", folder / "bin"
        for place, name in ((self.units, UNIT), (self.programs, "wireguard-go"), (self.programs, "systemctl")):
            place.mkdir(exist_ok=True)
            (place / name).touch(0o755)
        monkeypatch.setattr(command, "UNITS", self.units)
        monkeypatch.setenv("PATH", str(self.programs))
        monkeypatch.setattr("os.geteuid", lambda: 0)

    async def run(self, words: Sequence[str], given: str) -> Ran:
        """One command."""
        text = " ".join(words)
        if any(word in text for word in self.lacks):
            return Ran(2, "", f"{WHY}\n")
        if text.startswith("ip link"):
            is_added = " add " in text
            if is_added is self.has_probe:
                return Ran(2, "", "RTNETLINK answers: File exists\n" if is_added else "Cannot find device\n")
            self.has_probe = is_added
        self.done.append(text)
        return Ran(0, "")


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """As it is."""
    return Host(tmp_path, monkeypatch)


async def test_a_kernel_with_it_needs_nothing_more(host: Host) -> None:
    host.lacks.remove("type wireguard")
    assert await prepare(host.run) == "the kernel of this host has WireGuard: nothing more is needed"
    made, removed = host.done
    assert made == "ip link add dev rk-probe type wireguard" and removed == "ip link delete dev rk-probe"


async def test_what_a_run_that_was_broken_off_has_left_is_no_answer_of_the_kernels(host: Host) -> None:
    host.lacks.remove("type wireguard")
    host.has_probe = True
    assert await prepare(host.run) == "the kernel of this host has WireGuard: nothing more is needed"
    assert not host.has_probe


async def test_without_it_wireguard_go_runs_as_a_unit_now_and_later(host: Host) -> None:
    assert await prepare(host.run) == (
        f"the kernel of this host has no WireGuard ({WHY}): wireguard-go does it, by {UNIT}"
    )
    assert host.done == ["systemctl daemon-reload", f"systemctl enable --quiet --now {UNIT}"]
    assert (ROOT / "systemd" / "engines" / UNIT).is_file()


async def test_with_neither_it_says_what_to_install(host: Host) -> None:
    (host.programs / "wireguard-go").unlink()
    with pytest.raises(NotPrepared, match=r"not supported\): `apt install wireguard-go`, and say this again"):
        await prepare(host.run)
    assert host.done == []


async def test_one_that_runs_beside_a_kernel_that_could_is_told_of_and_left(host: Host) -> None:
    """Whoever is connected would be cut."""
    host.lacks.clear()
    assert f"yet wireguard-go runs; when nobody is connected: `systemctl disable --now {UNIT}" in await prepare(
        host.run
    )
    assert not any("disable" in line for line in host.done)


async def test_without_our_units_the_gate_starts_it(host: Host) -> None:
    (host.units / UNIT).unlink()
    assert "the gate starts wireguard-go" in await prepare(host.run)
    assert host.done == []


async def test_a_unit_that_does_not_start_is_told(host: Host) -> None:
    host.lacks.append("enable")
    with pytest.raises(EngineAway, match=r"`systemctl enable .*` failed"):
        await prepare(host.run)


async def test_only_root_may_find_out(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """To anybody else the kernel refuses what it could do."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(NotPrepared, match="only root"):
        await prepare(host.run)
    assert host.done == []


@pytest.mark.parametrize("kernel", [True, False])
def test_the_word_says_it_in_one_line(
    host: Host, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kernel: bool
) -> None:
    (host.programs / "wireguard-go").unlink()
    if kernel:
        host.lacks.remove("type wireguard")
    monkeypatch.setattr(command, "run", host.run)
    parser = argparse.ArgumentParser()
    COMMAND.arguments(parser)
    assert COMMAND.run(parser.parse_args(["prepare-host"])) == (0 if kernel else 1)
    said = capsys.readouterr()
    line = said.out if kernel else said.err.removeprefix("renkei tunnel-wireguard: ")
    assert line.startswith("the kernel of this host has ") and line.count("\n") == 1


def test_who_has_none_is_told_of_the_word() -> None:
    assert f"`renkei {COMMAND.name} prepare-host`" in ADVICE
