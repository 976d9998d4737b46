# SPDX-License-Identifier: Apache-2.0
"""The table of registrations that have come in."""

from appliance.model.intake import Intake, IntakeSource, IntakeState
from appliance.model.time import Instant
from appliance.vault.records.row_keys import newest_first
from appliance.vault.records.table import Blind, Table


def same_form(blind: Blind, digest: bytes) -> bytes:
    """What a form has in common with the same one, sent twice."""
    return blind("registration", digest.hex())


def _in_order(intake: Intake) -> Instant | str:
    """Those that wait from the oldest on, as they are worked off; others from the newest."""
    return intake.received_at if intake.state is IntakeState.WAITING else newest_first(intake.ended_at)


intakes = Table(
    "intake",
    Intake,
    lambda i: (i.id,),
    {
        "state": lambda i, blind: [(i.state.value, _in_order(i))],
        "same": lambda i, blind: [] if i.state is IntakeState.REJECTED else [(same_form(blind, i.digest),)],
        "ended": lambda i, blind: [(i.ended_at,)] if i.ended_at else [],
        "web": lambda i, blind: [(i.received_at,)] if i.source is IntakeSource.WEB and not i.ended_at else [],
    },
)
