# SPDX-License-Identifier: Apache-2.0
"""seat.ini: whatever people wrote into a name, one value stays one value."""

import codecs
from dataclasses import replace

import pytest
from renkei_kit_windows.seat_file import MAX_VALUE, seat_file
from renkei_kit_windows.settings import Settings

from appliance.contracts.kit import KitNotBuilt
from appliance.testing.kit_suite import ODD_NAMES, ORDER
from tests.plugins.kit_windows.kits import seat_of


def test_the_whole_file() -> None:
    file = seat_file(ORDER, Settings(client_arguments="/S"))
    assert file.startswith(codecs.BOM_UTF16_LE)
    assert file.decode("utf-16").replace("\r\n", "\n") == (
        "[seat]\n"
        'contract="916237-0000021"\n'
        'number="01"\n'
        f'kit="{"a" * 26}"\n'
        'fund="れんけい企業年金基金"\n'
        'contact="業務課 電話 03-0000-0000 (平日 9:00〜17:00)"\n'
        'public="https://renkei.example.jp/"\n'
        'portal="https://10.0.0.10/"\n'
        "\n"
        "[client]\n"
        'arguments="/S"\n'
        'program="SoftEther VPN Client\\vpncmgr_x64.exe"\n'
        "\n"
        "[binding]\n"
        'fund="916237"\n'
        "\n"
    )


def test_every_line_ends_as_windows_wants_it() -> None:
    text = seat_file(ORDER, Settings()).decode("utf-16")
    assert text.count("\n") == text.count("\r\n")


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
def test_odd_names_come_back_and_make_no_line_of_their_own(name: str) -> None:
    seat = seat_of(seat_file(replace(ORDER, fund=name), Settings()))
    assert seat["seat"]["fund"] == "".join(sign if sign.isprintable() else " " for sign in name)
    assert seat.keys() == {"seat", "client", "binding"} and len(seat["seat"]) == 7


def test_a_name_with_line_breaks_makes_no_second_section() -> None:
    fund = "基金\r\n[seat]\r\nkit=other"
    seat = seat_of(seat_file(replace(ORDER, fund=fund), Settings()))
    assert seat["seat"]["kit"] == ORDER.kit and seat["seat"]["fund"] == "基金  [seat]  kit=other"


@pytest.mark.parametrize(
    "binding", [{"a b": "1"}, {"x\n[seat]": "1"}, {"": "1"}, {"trait_salt": "x" * (MAX_VALUE + 1)}]
)
def test_what_the_binder_may_not_say_makes_no_kit(binding: dict[str, str]) -> None:
    with pytest.raises(KitNotBuilt):
        seat_file(replace(ORDER, binding=binding), Settings())
