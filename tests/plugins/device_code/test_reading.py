# SPDX-License-Identifier: Apache-2.0
"""A 確認コード is read in one form; what an editor puts around it is forgiven, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_device_code.reading import claim_of

from appliance.contracts.device import MAX_EVIDENCE, EvidenceUnusable, SeatToBind, Unusable
from appliance.model.confirmation import Line, short_code_of
from appliance.model.devices import Hint
from appliance.testing.device_suite import FIRST
from tests.plugins.device_code.pc import OTHER_PC, Pc, signed

WIREGUARD = "Hn3dLh5vEG6qzu0ywhCTkOUqgV8lCGm3pLkHgFqGZlI="
FULL = Pc(OTHER_PC, hints=[Hint.VIRTUAL_MACHINE, Hint.OTHER_VPN], wireguard_key=WIREGUARD)
FILE = FULL.confirmation(FIRST)


def why(content: bytes) -> Unusable:
    with pytest.raises(EvidenceUnusable) as caught:
        claim_of(content)
    return caught.value.why


def exchanged(name: str, *values: str) -> bytes:
    """The file with other values under name, signed all the same."""
    lines: list[Line] = []
    for line in FULL.lines(FIRST):
        lines += [(name, value) for value in values] if line[0] == name else [line]
    return signed(lines)


def test_everything_in_it_becomes_the_claim() -> None:
    claim = claim_of(FILE)
    assert (claim.contract_number, claim.seat, claim.kit) == (FIRST.contract_number, 1, FIRST.kit)
    assert claim.made_at == FIRST.now
    assert claim.wireguard_key == WIREGUARD
    assert claim.hints == {Hint.VIRTUAL_MACHINE, Hint.OTHER_VPN}
    assert set(claim.fingerprint) == set(OTHER_PC)
    assert claim.short_code == short_code_of(FILE.rpartition(b"signature:")[0])


@pytest.mark.parametrize(
    "content",
    [
        FILE.rstrip(b"\n"),
        b"\xef\xbb\xbf" + FILE,
        FILE.replace(b"\n", b"\r\n"),
        FILE + b"\r\n\r\n",
        b"\xef\xbb\xbf" + FILE.replace(b"\n", b"\r\n") + b"\n",
    ],
)
def test_what_notepad_does_is_forgiven(content: bytes) -> None:
    assert claim_of(content) == claim_of(FILE)


@pytest.mark.parametrize(
    "content",
    [
        FILE.replace(b"seat: 01", b"seat: 02"),
        FILE.replace(b"hint: other_vpn\n", b""),
        FILE.replace(b"hint: virtual_machine\n", b"hint: other_vpn\nhint: virtual_machine\n"),
        FILE.replace(b"contract: ", b"contract:"),
        FILE.replace(b"contract: ", b"contract:  "),
        FILE.replace(b"made-by: tests", "made-by: 基金".encode()),
        FILE.replace(b"\nsignature:", b"\n\nsignature:"),
        FILE.replace(b"\n", b"\r"),
        FILE + b"more: 1\n",
        FILE + FILE,
        FILE.replace(b"renkei-confirmation: 1", b"renkei-confirmation: 01"),
        FILE.replace(b"renkei-confirmation: 1", b"renkei-confirmation: 0"),
        FILE.replace(b"renkei-confirmation: 1", b"renkei-confirmation: one"),
    ],
    ids=range(13),
)
def test_anything_else_was_edited(content: bytes) -> None:
    assert content != FILE
    assert why(content) in (Unusable.EDITED, Unusable.CUT)


def test_a_lone_seat_was_edited() -> None:
    assert why(FILE.replace(b"seat: 01", b"seat: 02")) is Unusable.EDITED


@pytest.mark.parametrize("keep", [30, 200, -500, -349, -20, -3])
def test_what_lost_its_end_was_cut(keep: int) -> None:
    assert why(FILE[:keep]) in (Unusable.CUT, Unusable.EDITED)
    if keep < -360 or keep > 0:
        assert why(FILE[:keep]) is Unusable.CUT


@pytest.mark.parametrize("version", [b"2", b"10", b"9999"])
def test_a_later_version_is_told_from_a_wrong_one(version: bytes) -> None:
    assert why(FILE.replace(b"renkei-confirmation: 1", b"renkei-confirmation: " + version)) is Unusable.NEWER


def test_a_later_fingerprint_is_newer_too() -> None:
    assert why(exchanged("fingerprint-version", "2")) is Unusable.NEWER


@pytest.mark.parametrize(
    "content", [b"", b"\r\n", b" " + FILE, FILE.decode().encode("utf-16"), b"signature: AAAA\n"]
)
def test_what_never_was_one(content: bytes) -> None:
    assert why(content) is Unusable.NOT_ONE


def test_what_is_too_long_is_not_looked_at() -> None:
    assert claim_of(FILE.ljust(MAX_EVIDENCE, b"\n"))
    assert why(FILE.ljust(MAX_EVIDENCE + 1, b"\n")) is Unusable.TOO_LONG


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("contract", ["916237"]),
        ("seat", ["00"]),
        ("seat", ["1"]),
        ("seat", ["100"]),
        ("kit", ["short"]),
        ("kit", ["A" * 26]),
        ("made-at", ["2026-06-09 01:00:00"]),
        ("made-at", ["2026-02-30T01:00:00Z"]),
        ("made-at", ["2026-06-09T01:00:00+09:00"]),
        ("made-at", ["1926-06-09T01:00:00Z"]),
        ("certificate", ["AAAA"]),
        ("certificate", ["!!!!"]),
        ("certificate", ["A" * 8000]),
        ("certificate", []),
        ("certificate", ["AAAA", "AAAA"]),
        ("wireguard-key", ["AAAA"]),
        ("wireguard-key", ["x" * 44]),
        ("fingerprint-version", ["0"]),
        ("fingerprint-version", ["one"]),
        ("trait.mac.1", ["00"]),
        ("trait.mac.1", ["F" * 32]),
        ("trait.mac.1", ["a" * 32, "a" * 32]),
        ("hint", ["other_vpn", "other_vpn"]),
        ("hint", ["virtual_machine", "other_vpn"]),
        ("hint", ["haunted"]),
        ("hint", ["other_vpn", "remote_desktop", "virtual_machine", "virtual_machine"]),
    ],
)
def test_a_value_out_of_form_is_refused_though_it_is_signed(name: str, values: list[str]) -> None:
    assert why(exchanged(name, *values)) is Unusable.EDITED


@pytest.mark.parametrize("name", ["trait.mac.5", "trait.hostname", "trait.disk", "trait.os-id.1"])
def test_a_trait_that_no_kit_knows_is_refused(name: str) -> None:
    lines = FULL.lines(FIRST)
    place = next(number for number, line in enumerate(lines) if line[0].startswith("trait."))
    traits = sorted([*(line for line in lines if line[0].startswith("trait.")), (name, "a" * 32)])
    rest = [line for line in lines if not line[0].startswith("trait.")]
    assert why(signed(rest[:place] + traits + rest[place:])) is Unusable.EDITED


def test_lines_in_another_order_are_refused_though_they_are_signed() -> None:
    lines = FULL.lines(FIRST)
    lines[1], lines[2] = lines[2], lines[1]
    assert why(signed(lines)) is Unusable.EDITED


def test_a_signature_of_another_key_is_none() -> None:
    assert why(signed(FULL.lines(FIRST), "key-2")) is Unusable.EDITED


def test_a_file_of_one_kit_says_nothing_of_another() -> None:
    other = SeatToBind(FIRST.contract_number, 1, "z" * 26, FIRST.now)
    assert why(FILE.replace(FIRST.kit.encode(), other.kit.encode())) is Unusable.EDITED


@given(st.binary(max_size=300))
def test_no_bytes_break_it(content: bytes) -> None:
    for text in (content, b"renkei-confirmation: 1\n" + content, FILE[:200] + content + FILE[200:]):
        try:
            claim_of(text)
        except EvidenceUnusable as refused:
            assert refused.why in Unusable
        else:
            assert not content.strip(b"\r\n")
