# SPDX-License-Identifier: Apache-2.0
"""Rules and routes: all by the tunnel but the engine itself, and all of it taken back."""

import pytest
from renkei_kit_linux.on_pc.order import Trouble
from renkei_kit_linux.on_pc.routing import Way, give_back, is_taken, take

from tests.plugins.kit_linux.office_pc import OfficePc

WAY = Way("vpn_renkei", "10.0.0.100/24", "10.0.0.10", "198.18.0.9", "443", "tcp")
# A PC whose rules are lines of a file; of routes it knows the words alone.
IP = """
echo "$*" >> {folder}/said
case "$*" in
*"rule add"*) echo "$4 $1" | sed 's/ -4//' >> {folder}/rules ;;
*"rule del"*) grep -q "$5" {folder}/rules || exit 2; sed -i "0,/$5/{{/$5/d}}" {folder}/rules ;;
*"route show"*) cat {folder}/routes ;;
*"rule show"*) cat {folder}/shown ;;
*"{broken}"*) exit 1 ;;
esac
"""


@pytest.fixture
def said(pc: OfficePc, monkeypatch: pytest.MonkeyPatch) -> OfficePc:
    """A PC that notes what `ip` is told."""
    monkeypatch.setenv("PATH", pc.environment["PATH"])
    tells(pc, "nothing is broken")
    for name in ("rules", "routes", "shown", "said"):
        (pc.folder / name).touch()
    return pc


def tells(pc: OfficePc, broken: str) -> None:
    pc.program("ip", IP.format(folder=pc.folder, broken=broken))


def words(pc: OfficePc) -> list[str]:
    return (pc.folder / "said").read_text().splitlines()


def test_everything_goes_by_the_tunnel_but_the_engine_itself(said: OfficePc) -> None:
    take(WAY)
    done = words(said)
    assert "-4 route replace default via 10.0.0.10 onlink dev vpn_renkei table 7311" in done
    engine = "-4 rule add pref 7310 to 198.18.0.9 ipproto tcp dport 443 lookup main"
    assert done.index(engine) < done.index("-4 rule add pref 7311 lookup 7311")
    assert "-6 rule add pref 7311 lookup 7311" in done
    assert not any("lookup main" in line and "7311" in line for line in done)


def test_without_a_router_the_interface_is_enough(said: OfficePc) -> None:
    take(Way("vpn_renkei-ab", "10.8.0.2/32", "", "198.18.0.9", "51820", "udp"))
    assert "-4 route replace default dev vpn_renkei-ab table 7311" in words(said)


def test_what_cannot_be_done_is_told(said: OfficePc) -> None:
    tells(said, "-4 route replace")
    with pytest.raises(Trouble, match="not_done"):
        take(WAY)


def test_a_pc_without_ipv6_connects_all_the_same(said: OfficePc) -> None:
    tells(said, "-6 route replace")
    take(WAY)


def test_giving_back_takes_every_rule_of_ours_and_ends(said: OfficePc) -> None:
    (said.folder / "rules").write_text("7310\n7311\n7311\n32766\n")
    give_back()
    give_back()
    assert (said.folder / "rules").read_text() == "32766\n"
    assert words(said).count("-6 route flush table 7311") == 2


def test_a_program_that_lies_keeps_nobody_for_ever(said: OfficePc) -> None:
    said.program("ip", "exit 0")
    give_back()


@pytest.mark.parametrize(
    ("routes", "rules", "taken"),
    [
        ("default dev vpn_renkei\n", "7311:\tfrom all lookup 7311\n", True),
        ("", "7311:\tfrom all lookup 7311\n", False),
        ("default dev vpn_renkei\n", "32766:\tfrom all lookup main\n", False),
    ],
)
def test_it_is_taken_where_both_stand(said: OfficePc, routes: str, rules: str, taken: bool) -> None:
    (said.folder / "routes").write_text(routes)
    (said.folder / "shown").write_text(rules)
    assert is_taken() is taken
