# SPDX-License-Identifier: Apache-2.0
"""What is remembered of a connection; what nobody can read is as if there were none."""

import pytest
from renkei_kit_linux.on_pc.connection import Connection, forget, remember, remembered

from tests.plugins.kit_linux.office_pc import OfficePc

ONE = Connection("ab12", "tunnel_softether", "vpn_renkei", "2026-11-22T05:00:00Z", "2026-11-22T06:30:00Z", True)


def test_it_is_remembered_until_it_is_forgotten(pc: OfficePc) -> None:
    assert remembered(pc.places) is None
    remember(pc.places, ONE)
    assert remembered(pc.places) == ONE
    forget(pc.places)
    forget(pc.places)
    assert remembered(pc.places) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"id": "x"}'])
def test_what_is_damaged_is_none(pc: OfficePc, text: str) -> None:
    remember(pc.places, ONE)
    (pc.places.own / "connection.json").write_text(text)
    assert remembered(pc.places) is None
