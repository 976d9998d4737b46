# SPDX-License-Identifier: Apache-2.0
"""What a row of a registration says of itself."""

from dataclasses import replace

import pytest

from appliance.link.messages import OfficeStanding, RegistrationRow
from appliance.model.intake import IntakeSource, IntakeState

ROW = RegistrationRow("i", IntakeSource.FILE, "a.xlsx", 123, "連携商事", 0, 1, IntakeState.WAITING, 0, 2)


def test_notices_stand_in_nobodys_way() -> None:
    assert ROW.can_be_confirmed


@pytest.mark.parametrize(
    "other",
    [
        replace(ROW, faults=1),
        replace(ROW, standing=OfficeStanding.SAME),
        replace(ROW, standing=OfficeStanding.OTHER),
        replace(ROW, state=IntakeState.REGISTERED),
        replace(ROW, state=IntakeState.REJECTED),
    ],
)
def test_faults_known_offices_and_what_is_settled_do(other: RegistrationRow) -> None:
    assert not other.can_be_confirmed
