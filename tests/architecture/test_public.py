# SPDX-License-Identifier: Apache-2.0
"""What the Internet may ask: this list, and no more. Who makes it longer has thought of a thief of a letter."""

from appliance.link.messages import BY_NAME, MESSAGES
from appliance.model.words import Site

ANYBODY = {"RequestCode", "OpenCounter", "SendRegistration", "ReportRefusal", "AskBanners", "Watch"}
WITH_A_TICKET = {
    "ReadCounter",
    "FetchKit",
    "FetchManual",
    "FetchFinished",
    "SendCodes",
    "LeaveCounter",
    "Follow",
}
# What is done there and nowhere else: a ticket of the counter is no visit of a person.
ELSEWHERE_TOO = {"ReportRefusal", "AskBanners", "Watch", "Follow"}


def test_the_public_site_may_ask_this_and_nothing_else() -> None:
    asked = {row.name for row in MESSAGES if Site.PUBLIC in row.sites}
    assert asked == ANYBODY | WITH_A_TICKET


def test_what_needs_a_ticket_says_so() -> None:
    assert {name for name in ANYBODY | WITH_A_TICKET if BY_NAME[name].visit} == WITH_A_TICKET


def test_what_is_done_there_is_done_nowhere_else() -> None:
    for name in (ANYBODY | WITH_A_TICKET) - ELSEWHERE_TOO:
        assert BY_NAME[name].sites == {Site.PUBLIC}, name


def test_nothing_there_rests_on_a_right_of_a_person() -> None:
    for name in WITH_A_TICKET - ELSEWHERE_TOO:
        assert not BY_NAME[name].action and BY_NAME[name].needs is None, name
