# SPDX-License-Identifier: Apache-2.0
"""The desks for the messages about people: all of them, and nobody's thing for somebody else."""

from appliance.link.messages.people_rows import PEOPLE_MESSAGES
from appliance.vault.desks import DESKS
from appliance.vault.people.desks import PEOPLE_DESKS


def test_every_message_about_people_has_its_desk_here() -> None:
    assert set(PEOPLE_DESKS) == {row.shape for row in PEOPLE_MESSAGES}
    assert all(DESKS[shape] is desk for shape, desk in PEOPLE_DESKS.items())


def test_no_plugin_keeps_people() -> None:
    assert not any(desk.for_plugins for desk in PEOPLE_DESKS.values())
