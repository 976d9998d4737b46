# SPDX-License-Identifier: Apache-2.0
"""Commands to SoftEther's client: all in one file, and what failed is found in what it prints."""

import socket

import pytest
from renkei_kit_linux.on_pc import vpncmd
from renkei_kit_linux.on_pc.order import Trouble
from renkei_kit_linux.on_pc.vpncmd import answers, asked, commanded, failures, quoted

from tests.plugins.kit_linux.office_pc import OfficePc

SAID = """\
The commands written in the file "x" will be used instead of input from keyboard.
Connected to VPN Client "localhost".

VPN Client>NicCreate renkei
Error occurred. (Error code: 30)
A Virtual Network Adapter with the specified name already exists. Specify a different name.
VPN Client>AccountCreate renkei /SERVER:198.18.0.9:443
VPN Client>AccountConnect renkei
{last}
"""
LINES = ("NicCreate renkei", "AccountCreate renkei /SERVER:198.18.0.9:443", "AccountConnect renkei")


@pytest.fixture
def machine(pc: OfficePc, monkeypatch: pytest.MonkeyPatch) -> OfficePc:
    """A PC whose vpncmd is our own."""
    monkeypatch.setenv("PATH", pc.environment["PATH"])
    says(pc, SAID.format(last=""))
    return pc


def says(pc: OfficePc, text: str, code: int = 0) -> None:
    (pc.folder / "text").write_text(text)
    pc.program("vpncmd", f'echo "$*" > {pc.folder}/words; cat {pc.folder}/text; exit {code}')


def test_failures_are_told_by_their_commands() -> None:
    assert failures(SAID.format(last="Error occurred. (Error code: 37)")) == {
        "NicCreate": "30",
        "AccountConnect": "37",
    }
    assert failures("") == {}


def test_all_commands_go_in_one_file_of_the_owner_alone(machine: OfficePc) -> None:
    commanded(machine.folder, LINES, ("NicCreate",))
    file = machine.folder / "commands"
    assert file.read_text().splitlines() == list(LINES) and file.stat().st_mode & 0o777 == 0o600
    words = (machine.folder / "words").read_text()
    assert words == f"localhost /CLIENT /CSV /IN:{file}\n"


def test_what_may_not_fail_is_told(machine: OfficePc) -> None:
    with pytest.raises(Trouble) as caught:
        commanded(machine.folder, LINES)
    assert (caught.value.word, caught.value.values) == ("not_done", {"detail": "NicCreate: 30"})


@pytest.mark.parametrize("text", ["", "Error occurred. (Error code: 1)\nConnection to the server failed.\n"])
def test_a_client_that_takes_no_commands_is_told(machine: OfficePc, text: str) -> None:
    says(machine, text, 1)
    with pytest.raises(Trouble) as caught:
        commanded(machine.folder, LINES, ("NicCreate",))
    assert caught.value.word == "not_done"


def test_one_command_says_whether_it_was_done(machine: OfficePc) -> None:
    assert asked("AccountStatusGet", "renkei")
    says(machine, "Error occurred. (Error code: 37)\n", 37)
    assert not asked("AccountStatusGet", "renkei")


def test_a_client_answers_where_something_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(vpncmd, "PORT", server.getsockname()[1])
        assert answers()
    assert not answers()


def test_a_path_with_a_blank_stays_one_word(machine: OfficePc) -> None:
    assert quoted(machine.folder / "a b") == f'"{machine.folder}/a b"'
