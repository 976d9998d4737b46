# SPDX-License-Identifier: Apache-2.0
"""Entries of what the vault does by itself: the same in each run, and each with a salt of its own."""

import dataclasses

from appliance.model.journal import Kind, Result
from appliance.model.tunnels import SessionState, TunnelSession
from appliance.vault.tunnels.entries import Entries
from tests.appliance.vault.world import World

ROW = TunnelSession(
    "id", "office", 3, "bond", "softether", "S1", "10.0.0.100", "198.51.100.7", SessionState.OPEN, 1, 1, 9
)


def test_the_same_act_has_the_same_entry_and_another_one_another_salt(world: World) -> None:
    entries = Entries.of(world.core)
    one = entries(Kind.TUNNEL_OPENED, ROW, "for 5400 s")
    assert entries(Kind.TUNNEL_OPENED, ROW, "for 5400 s") == one
    salts = {
        one.salt,
        entries(Kind.TUNNEL_ENDED, ROW, "").salt,
        entries(Kind.TUNNEL_OPENED, dataclasses.replace(ROW, id="other"), "").salt,
        Entries.of(world.core)(Kind.TUNNEL_OPENED, ROW, "").salt,
    }
    assert len(salts) == 4
    assert (one.office, one.thing, one.reason, one.at) == (
        "office",
        "id",
        "seat 3 by softether: for 5400 s",
        world.core.clock.now(),
    )
    assert one.personal == {"source": "198.51.100.7"}


def test_what_was_never_open_was_refused(world: World) -> None:
    entries = Entries.of(world.core)
    assert entries.of_end(ROW, "limit").kind is Kind.TUNNEL_ENDED
    refused = entries.of_end(dataclasses.replace(ROW, ends_at=0, source=""), "closed")
    assert (refused.kind, refused.result, refused.personal) == (Kind.TUNNEL_REFUSED, Result.REFUSED, {})
