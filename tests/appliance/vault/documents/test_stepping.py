# SPDX-License-Identifier: Apache-2.0
"""What the machine does not allow is a conflict to whoever asks."""

import pytest

from appliance.link.refusals import Refused, Why
from appliance.vault.documents.stepping import stepped
from appliance.vault.workflow.notice import Command, Facts


@pytest.mark.parametrize("command", list(Command))
def test_nothing_can_be_done_with_what_is_not_there(command: Command) -> None:
    with pytest.raises(Refused) as caught:
        stepped(None, command, Facts("clerk", 0))
    assert caught.value.why is Why.CONFLICT
