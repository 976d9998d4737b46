# SPDX-License-Identifier: Apache-2.0
"""The mail that comes with a completed registration and says where the manuals are (R183)."""

from appliance.model.time import Instant
from appliance.vault.letters import LetterKind, write
from appliance.vault.records.tables import admin_of
from appliance.vault.records.transaction import Transaction


def tell_of_registration(txn: Transaction, office: str, now: Instant) -> bool:
    """A letter to the admin, once the paper letter of the office is confirmed as printed; whether it is a new one.

    It holds no link and no secret: address and download key stand on paper alone.
    """
    admin = admin_of(txn, office)
    return admin is not None and write(txn, LetterKind.REGISTRATION_DONE, admin.id, office, {}, now)
