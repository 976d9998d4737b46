# SPDX-License-Identifier: Apache-2.0
"""The rows about VPN sessions: looking is journaled as looking, and only the fund has any of it."""

from appliance.link.messages import tunnels as t
from appliance.link.messages.tunnel_rows import TUNNEL_MESSAGES, TUNNEL_SAFE_AGAIN
from appliance.model.journal import Kind
from appliance.model.words import Site


def test_no_office_and_nobody_outside_has_any_of_it() -> None:
    assert {site for row in TUNNEL_MESSAGES for site in row.sites} == {Site.CONSOLE, Site.ADMIN}


def test_what_only_looks_may_be_asked_again_and_changes_nothing() -> None:
    looks = {row.shape for row in TUNNEL_MESSAGES if row.journal is Kind.TUNNEL_LIST_READ}
    assert looks == TUNNEL_SAFE_AGAIN
    assert not any(row.changes for row in TUNNEL_MESSAGES if row.shape in looks)


def test_what_changes_at_the_console_is_a_command_with_a_right_of_its_own() -> None:
    changing = {row.shape: row.action for row in TUNNEL_MESSAGES if row.changes}
    assert changing == {
        t.EndTunnel: "tunnel.end",
        t.EndTunnels: "tunnel.end_many",
        t.BlockSeat: "seat.block",
        t.UnblockSeat: "seat.block",
    }
    assert all("command" in shape.__dataclass_fields__ for shape in changing)  # type: ignore[attr-defined]
