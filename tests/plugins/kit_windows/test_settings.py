# SPDX-License-Identifier: Apache-2.0
"""What a configuration may say of Windows kits."""

from typing import Any

import pytest
from renkei_kit_windows.settings import Settings


def test_without_a_word_the_client_shows_its_own_pages_and_nothing_is_signed() -> None:
    assert Settings() == Settings("", r"SoftEther VPN Client\vpncmgr_x64.exe", "", "kit_windows.key")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"client_arguments": "/S\n/D"}, "`client_arguments`"),
        ({"client_arguments": "x" * 201}, "`client_arguments`"),
        ({"client_program": "a\tb"}, "`client_program`"),
        ({"client_program": ""}, "`client_program`"),
        ({"client_program": r"..\..\Windows\regedit.exe"}, "`client_program`"),
        ({"client_program": r"C:\Windows\regedit.exe"}, "`client_program`"),
        ({"client_program": r"\share\x.exe"}, "`client_program`"),
        ({"client_program": "Client/x.exe"}, "`client_program`"),
        ({"client_program": r"Client\%x|y.exe"}, "`client_program`"),
        ({"client_command": r"..\cmd.exe"}, "`client_command`"),
        ({"certificate": "/etc/x.pem", "key": ""}, "`key`"),
    ],
)
def test_what_would_lead_elsewhere_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Settings(**wrong)
