# SPDX-License-Identifier: Apache-2.0
"""A row knows the name under which its message crosses the wire."""

import pytest

from appliance.link.messages import BY_NAME, GATE_MESSAGES, MESSAGES, GateMessage, Message


@pytest.mark.parametrize("row", (*MESSAGES, *GATE_MESSAGES), ids=lambda row: row.shape.__name__)
def test_a_message_is_called_as_its_shape(row: Message | GateMessage) -> None:
    assert row.name == row.shape.__name__


def test_the_vault_finds_a_row_by_that_name() -> None:
    assert {name: row.shape.__name__ for name, row in BY_NAME.items()} == {name: name for name in BY_NAME}
