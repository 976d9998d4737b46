# SPDX-License-Identifier: Apache-2.0
"""What `wg show … dump` said on a real host, read; and what makes no sense."""

import pytest
from renkei_tunnel_wireguard.dump import is_same, read

from appliance.contracts.tunnel import EngineAway

SECRET = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="
HEAD = f"{SECRET}\tpublic=\t51820\toff\n"
PEER = "one=\t(none)\t198.51.100.7:40000\t10.8.0.2/32\t1764000000\t148\t92\toff\n"
FRESH = "two=\t(none)\t(none)\t(none)\t0\t0\t0\toff\n"


def test_peers_are_read() -> None:
    dump = read(HEAD + PEER + FRESH)
    assert (dump.private, dump.public, dump.port) == (SECRET, "public=", 51820)
    one, two = dump.peers
    assert (one.key, one.source, one.address) == ("one=", "198.51.100.7", "10.8.0.2")
    assert (one.handshake, one.bytes_in, one.bytes_out) == (1_764_000_000, 148, 92)
    assert (two.endpoint, two.source, two.address, two.handshake) == ("", "", "", 0)
    assert dump.allowed == {"one=": ["10.8.0.2/32"], "two=": []}


def test_an_interface_without_anything_is_read() -> None:
    dump = read("(none)\t(none)\t0\toff\n")
    assert (dump.private, dump.public, dump.peers) == ("", "", [])


def test_a_pc_may_come_by_ipv6() -> None:
    [peer] = read(HEAD + PEER.replace("198.51.100.7:40000", "[2001:db8::7]:40000")).peers
    assert peer.source == "2001:db8::7"


@pytest.mark.parametrize(
    "text",
    ["", "\n", HEAD + "one=\n", HEAD + PEER.replace("148", "many"), HEAD.replace("51820", "off"), PEER, SECRET],
)
def test_what_makes_no_sense_is_refused_without_saying_it(text: str) -> None:
    """Our private key stands in it."""
    with pytest.raises(EngineAway, match="makes no sense") as caught:
        read(text)
    assert caught.value.__cause__ is None and SECRET not in str(caught.value)


def test_a_peer_that_was_made_anew_is_another_though_it_shook_hands_in_the_same_second() -> None:
    [before] = read(HEAD + PEER.replace("148", "500")).peers
    for after, same in ((PEER.replace("148", "600"), True), (PEER, False), (PEER.replace("1764", "1765"), False)):
        assert is_same(before, read(HEAD + after).peers[0]) is same
    assert not is_same(before, read(HEAD + FRESH).peers[0])


def test_a_dump_is_never_printed_with_the_key() -> None:
    assert SECRET not in repr(read(HEAD + PEER))
