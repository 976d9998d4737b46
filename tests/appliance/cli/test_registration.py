# SPDX-License-Identifier: Apache-2.0
"""The words of `renkei registration`; a check imports nothing of the running system."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.appliance.cli.command import renkei
from tests.appliance.vault.intake.forms import form, name_of

LOOK = """
import sys
from appliance.cli.main import main
code = main(["registration", "check", sys.argv[1], "--json"])
running = {"appliance.link.client", "appliance.vault.core", "appliance.config.load", "aiohttp"} & set(sys.modules)
sys.exit(f"{code} {sorted(running)}" if code or running else 0)
"""


def test_a_check_needs_neither_vault_nor_configuration(tmp_path: Path) -> None:
    (tmp_path / name_of()).write_bytes(form())
    words = [sys.executable, "-c", LOOK, str(tmp_path / name_of())]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("words", [(), ("nothing",), ("check",), ("import",)])
def test_half_a_command_is_not_understood(words: tuple[str, ...]) -> None:
    assert renkei("registration", *words).code == 2
