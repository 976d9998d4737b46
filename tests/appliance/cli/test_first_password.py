# SPDX-License-Identifier: Apache-2.0
"""A first password is shown in the one form that people copy from, or as JSON."""

import json

import pytest

from appliance.cli.first_password import show_first


def test_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    show_first("hayashi", "Abcdefghjkmn", as_json=False, office="o")
    assert capsys.readouterr().out == (
        "login           hayashi\nfirst password  Abcdefghjkmn   (shown this once)\n"
    )


def test_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    show_first("hayashi", "Abcdefghjkmn", as_json=True, office="o")
    shown = json.loads(capsys.readouterr().out)
    assert shown == {"office": "o", "login": "hayashi", "password": "Abcdefghjkmn"}
