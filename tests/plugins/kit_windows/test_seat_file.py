# SPDX-License-Identifier: Apache-2.0
"""seat.ini: whatever people wrote into a name, one value stays one value."""

import codecs
from dataclasses import replace

import pytest
from renkei_kit_windows.seat_file import MAX_VALUE, seat_file
from renkei_kit_windows.settings import Settings

from appliance.contracts.kit import KitNotBuilt, KitTunnel
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
        'command="SoftEther VPN Client\\vpncmd_x64.exe"\n'
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


# --- how it connects ----------------------------------------------------------------------------------------------

BODY = "TUlJ" * 300
PEM = f"-----BEGIN CERTIFICATE-----\n{BODY}\n-----END CERTIFICATE-----\n"
CLIENT = {"host": "vpn.renkei.example.jp", "port": "443", "hub": "RENKEI", "certificate": PEM}


def tunnel(engine: str = "tunnel_softether", **changed: str) -> KitTunnel:
    client = {name: value for name, value in {**CLIENT, **changed}.items() if value != "-"}
    return KitTunnel(engine, "a" * 26, "", client, 90)


def test_it_knows_where_to_connect_and_to_whom_alone() -> None:
    both = (tunnel("tunnel_wireguard"), tunnel())
    vpn = seat_of(seat_file(replace(ORDER, tunnels=both), Settings()))["vpn"]
    assert (vpn["host"], vpn["port"], vpn["hub"], vpn["user"]) == (
        "vpn.renkei.example.jp",
        "443",
        "RENKEI",
        "a" * 26,
    )
    assert "".join(vpn[f"certificate{number}"] for number in range(1, 5)) == BODY and len(vpn) == 8


def test_a_demo_needs_nothing_on_the_pc() -> None:
    demo = replace(ORDER, tunnels=(KitTunnel("tunnel_loopback", "a" * 26, "", {"url": "http://127.0.0.1/"}),))
    assert "vpn" not in seat_of(seat_file(demo, Settings()))


@pytest.mark.parametrize(
    ("way", "why"),
    [
        (tunnel("tunnel_wireguard"), "tunnel_softether"),
        (tunnel(hub="-"), "did not say the hub"),
        (tunnel(hub="R /CMD"), "cannot stand in a command"),
        (tunnel(host='h" x'), "cannot stand in a command"),
        (tunnel(certificate="-"), "did not say the certificate"),
        (tunnel(certificate="no certificate"), "none that fits"),
        (tunnel(certificate=PEM.replace("TUlJ", "TUlJ" * 9)), "none that fits"),
    ],
)
def test_a_kit_that_could_not_connect_is_not_made(way: KitTunnel, why: str) -> None:
    with pytest.raises(KitNotBuilt, match=why):
        seat_file(replace(ORDER, tunnels=(way,)), Settings())
