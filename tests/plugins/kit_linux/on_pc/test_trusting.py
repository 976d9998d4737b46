# SPDX-License-Identifier: Apache-2.0
"""Browsers learn the authority by certutil where that is possible, and people are told where it is not."""

from renkei_kit_linux.on_pc.trusting import distrust, trust

from tests.plugins.kit_linux.office_pc import OfficePc, order_there

RECORDS = 'echo "$@" >> "$HOME/certutil.log"'


def told(pc: OfficePc) -> list[str]:
    return (pc.home / "certutil.log").read_text("utf-8").splitlines()


def with_store(pc: OfficePc) -> OfficePc:
    (pc.home / ".pki" / "nssdb").mkdir(parents=True)
    return pc


def test_the_store_of_the_browsers_learns_it(pc: OfficePc) -> None:
    with_store(pc).program("certutil", RECORDS)
    assert trust(pc.places, order_there(), pc.environment) is True
    distrust(order_there(), pc.environment)
    [learned, forgot] = told(pc)
    assert learned.startswith(f"-d sql:{pc.home}/.pki/nssdb -A -n Renkei 916237-0000021.01 -t C,, -i ")
    assert learned.endswith("authority.pem")
    assert forgot.endswith("-D -n Renkei 916237-0000021.01")


def test_without_a_store_nothing_is_asked(pc: OfficePc) -> None:
    pc.program("certutil", RECORDS)
    assert trust(pc.places, order_there(), pc.environment) is False
    distrust(order_there(), pc.environment)
    assert not (pc.home / "certutil.log").exists()


def test_without_certutil_it_is_by_hand(pc: OfficePc) -> None:
    nothing = {**pc.environment, "PATH": str(pc.folder)}
    assert trust(with_store(pc).places, order_there(), nothing) is False
    distrust(order_there(), nothing)


def test_a_certutil_that_fails_is_by_hand_too(pc: OfficePc) -> None:
    with_store(pc).program("certutil", "exit 255")
    assert trust(pc.places, order_there(), pc.environment) is False
