# SPDX-License-Identifier: Apache-2.0
"""The machine of notices, as the vault's acts use it."""

from appliance.link.refusals import Refused, Why
from appliance.model.things import Notice
from appliance.vault.workflow.machine import NotPossible
from appliance.vault.workflow.notice import Command, Facts, step


def stepped(notice: Notice | None, command: Command, facts: Facts) -> Notice:
    """The machine's step. Raises Refused CONFLICT where it is not possible."""
    try:
        return step(notice, command, facts)
    except NotPossible as error:
        raise Refused(Why.CONFLICT) from error
