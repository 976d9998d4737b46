# SPDX-License-Identifier: Apache-2.0
"""As administrator, with the folders of the person who asked."""

import os
import sys

import pytest
from renkei_kit_linux.on_pc import rooting
from renkei_kit_linux.on_pc.order import Trouble
from renkei_kit_linux.on_pc.rooting import as_root, become, is_root

from tests.plugins.kit_linux.office_pc import OfficePc


def test_the_same_command_with_the_same_home(pc: OfficePc, monkeypatch: pytest.MonkeyPatch) -> None:
    pc.program("sudo", "exit 0")
    monkeypatch.setenv("PATH", pc.environment["PATH"])
    command = as_root(
        ["/x/renkei-kit", "connect"], {"HOME": "/people/hanako", "LANG": "ja_JP.UTF-8", "SECRET": "1"}
    )
    assert command[:2] == [str(pc.folder / "bin" / "sudo"), "--"]
    assert command[3:5] == ["HOME=/people/hanako", "LANG=ja_JP.UTF-8"] and "SECRET=1" not in command
    assert command[5:] == [sys.executable, "-I", "/x/renkei-kit", "connect"]


def test_without_a_way_to_become_one_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooting, "path_of", lambda name: None)
    with pytest.raises(Trouble, match="no_root"):
        as_root(["/x"], {})


def test_it_goes_on_in_place_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    called = list[object]()
    monkeypatch.setattr(os, "execv", lambda *given: called.append(given))
    become(["/usr/bin/sudo", "--", "x"])
    assert called == [("/usr/bin/sudo", ["/usr/bin/sudo", "--", "x"])]
    assert is_root() is (os.geteuid() == 0)
