# SPDX-License-Identifier: Apache-2.0
"""The vault is killed amid 500 registrations: begun again, there are exactly 500, each with a number of its own."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.appliance.cli.command import Installation, Serving
from tests.appliance.vault.intake.forms import form, name_of
from tests.story.stage import python

ALL, BEFORE = 500, 120


def run(made: Installation, forms: Path) -> "subprocess.Popen[str]":
    """The import, under way."""
    words = ["registration", "import", str(forms), "--register", "--json", "--config", str(made.config)]
    return subprocess.Popen([*python(), *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


@pytest.mark.lab
def test_it_is_begun_again_and_makes_exactly_what_is_missing(made: Installation, tmp_path: Path) -> None:
    for number in range(1, ALL + 1):
        (tmp_path / name_of(number)).write_bytes(form(number))
    serving = Serving(made, "vault")
    with serving, run(made, tmp_path) as first:
        assert first.stdout is not None
        told = [json.loads(first.stdout.readline()) for _ in range(BEFORE)]
        serving.stop(signal.SIGKILL)
        first.stdout.read()
        assert first.wait(60) != 0
    assert {line["became"] for line in told} == {"registered"}
    with Serving(made, "vault"):
        with run(made, tmp_path) as again:
            assert again.stdout is not None
            lines = [json.loads(line) for line in again.stdout]
            assert again.wait(60) == 0
        numbers = {line["file"]: line["contract_number"] for line in lines}
        assert len(numbers) == len(set(numbers.values())) == ALL
        assert all(numbers[line["file"]] == line["contract_number"] for line in told), "what was told stands"
        assert made.kinds().count("contract.added") == ALL
