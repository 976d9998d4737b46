# SPDX-License-Identifier: Apache-2.0
"""The 確認コード that a kit writes is one that the plugin reads."""

import pytest
from renkei_device_code.reading import claim_of
from renkei_kit_linux.on_pc.confirming import confirm

from appliance.model.devices import Hint
from tests.plugins.kit_linux.office_pc import OfficePc, order_there


def test_it_is_what_the_binder_reads(keyed: OfficePc) -> None:
    made = confirm(keyed.places, order_there(), {"SSH_TTY": "x"}, keyed.desktop)
    claim = claim_of(made.file.read_bytes())
    assert (claim.contract_number, claim.seat, claim.kit) == ("916237-0000021", 1, "a" * 26)
    assert claim.short_code == made.short_code
    assert claim.hints == {Hint.REMOTE_DESKTOP}
    assert len(claim.fingerprint) == 6 and claim.wireguard_key


def test_the_file_is_named_after_its_code(keyed: OfficePc) -> None:
    made = confirm(keyed.places, order_there(), {}, keyed.desktop)
    assert made.file.name == f"確認コード({made.short_code.replace('-', '')[:6]}).txt"
    assert made.file.read_bytes().isascii()


def test_without_a_key_of_wireguard_its_line_is_missing(keyed: OfficePc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renkei_kit_linux.on_pc.confirming.wireguard_line", lambda places: "")
    made = confirm(keyed.places, order_there(), {}, keyed.desktop)
    assert claim_of(made.file.read_bytes()).wireguard_key == ""


def test_a_pc_of_which_nothing_is_known_still_has_one(keyed: OfficePc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renkei_kit_linux.on_pc.confirming.trait_lines", lambda places, salt: [])
    made = confirm(keyed.places, order_there(), {}, keyed.desktop)
    assert claim_of(made.file.read_bytes()).fingerprint == {}
