# SPDX-License-Identifier: Apache-2.0
"""The mail that comes with a completed registration and says where the manuals are (R183)."""

from appliance.model.time import Instant
from appliance.model.words import Role
from appliance.vault.letters import LetterKind, write
from appliance.vault.records.tables import accounts
from appliance.vault.records.transaction import Transaction


def tell_of_registration(txn: Transaction, office: str, now: Instant) -> int:
    """A letter to each admin of the office, once its paper letter is confirmed as printed; how many are new.

    It holds no link and no secret: address and download key stand on paper alone.
    """
    admins = [one for one in accounts.scan(txn, "office", (office,)) if one.role is Role.OFFICE_ADMIN]
    return sum(write(txn, LetterKind.REGISTRATION_DONE, one.id, office, {}, now) for one in admins)
