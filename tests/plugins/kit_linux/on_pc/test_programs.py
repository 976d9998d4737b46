# SPDX-License-Identifier: Apache-2.0
"""Programs of the PC: found where they are, given so much time, and believed when they say that they failed."""

import os

import pytest
from renkei_kit_linux.on_pc.order import Trouble
from renkei_kit_linux.on_pc.programs import begun, needed, path_of, ran, tried

from tests.plugins.kit_linux.office_pc import OfficePc


@pytest.fixture(autouse=True)
def own_programs(pc: OfficePc, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PC's own come first."""
    monkeypatch.setenv("PATH", pc.environment["PATH"])


def test_what_is_missing_is_said_with_what_brings_it() -> None:
    with pytest.raises(Trouble) as caught:
        needed("sh", "no-such-program")
    assert caught.value.word == "no_program"
    assert caught.value.values == {"program": "no-such-program", "package": "no-such-program"}


def test_the_package_is_the_one_of_debian(pc: OfficePc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renkei_kit_linux.on_pc.programs.which", lambda name, path: None)
    with pytest.raises(Trouble) as caught:
        needed("wg")
    assert caught.value.values["package"] == "wireguard-tools"


def test_the_folders_of_the_system_are_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    looked = list[str]()
    monkeypatch.setattr("renkei_kit_linux.on_pc.programs.which", lambda name, path: looked.append(path))
    path_of("ip")
    assert looked[0].startswith("/nowhere:") and "/usr/sbin" in looked[0].split(":")


def test_it_gets_what_is_given_to_it_and_says_what_it_says(pc: OfficePc) -> None:
    pc.program("turned", "rev")
    assert ran("turned", given="abc\n").strip() == "cba"


def test_a_failure_is_told_with_its_last_line(pc: OfficePc) -> None:
    pc.program("broken", "echo first >&2; echo 'no such thing' >&2; exit 3")
    assert tried("broken").returncode == 3
    with pytest.raises(Trouble) as caught:
        ran("broken", "with", "words")
    assert caught.value.word == "not_done" and caught.value.values == {"detail": "broken: no such thing"}
    pc.program("broken", "exit 3")
    with pytest.raises(Trouble) as caught:
        ran("broken")
    assert caught.value.values == {"detail": "broken: 3"}


def test_what_hangs_is_not_waited_for(pc: OfficePc) -> None:
    pc.program("hangs", "echo begun; exec sleep 600")
    done = tried("hangs", most=0.3)
    assert done.returncode != 0 and done.stdout in ("", "begun\n")


def test_what_is_begun_is_heard_by_nobody_and_has_a_session_of_its_own(pc: OfficePc) -> None:
    pc.program("left", f'echo noise; echo "$(cut -d" " -f6 /proc/self/stat)" > {pc.folder}/session')
    process = begun("left")
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert (pc.folder / "session").read_text().strip() == str(process)
