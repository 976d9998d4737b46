# SPDX-License-Identifier: Apache-2.0
"""Where files go, and how people are told."""

import argparse
from pathlib import Path

import pytest
from renkei_kit_linux.on_pc.one_run import Run
from renkei_kit_linux.on_pc.order import Words

from tests.plugins.kit_linux.office_pc import OfficePc, order_there


def test_the_desktop_or_where_one_says(pc: OfficePc, texts: Words, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(argparse.Namespace(out=""), order_there(), texts, pc.places, pc.environment, Path("kit"))
    assert run.folder() == pc.desktop
    run.given.out = "/elsewhere"
    assert run.folder() == Path("/elsewhere")
    run.say("as_root")
    run.step("step_connect")
    assert capsys.readouterr().out == f"{texts('as_root')}\n\n{texts('step_connect')}\n"
