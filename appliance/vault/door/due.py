# SPDX-License-Identifier: Apache-2.0
"""When a one-time password is asked for (R103, A7, T16)."""

import hmac

from appliance.config.settings import Door, OtpPolicy
from appliance.model.things import Account, Secret
from appliance.model.time import Instant, date_in_japan
from appliance.model.words import AccountState


def is_due(door: Door, account: Account, secret: Secret, now: Instant) -> bool:
    """Whether a code comes before the password: the first time, after a change of mail, after long absence."""
    if door.otp_policy is OtpPolicy.ALWAYS or account.state is AccountState.FIRST:
        return True
    if not account.mail_confirmed_at or account.mail_changed_at > secret.last_sign_in_at:
        return True
    absent = date_in_japan(now) - date_in_japan(secret.last_sign_in_at)
    return absent.days >= door.otp_after_days


def seems_due(door: Door, pepper: bytes, name: bytes, now: Instant) -> bool:
    """The same of a name that nobody has: for half of them, and for a quarter of a year each.

    So the step that follows a name tells nobody whether there is such an account.
    """
    if door.otp_policy is OtpPolicy.ALWAYS:
        return True
    day = date_in_japan(now)
    quarter = f"{day.year}/{(day.month - 1) // 3}".encode()
    return bool(hmac.digest(pepper, b"seems due\0" + name + quarter, "sha256")[0] & 1)
