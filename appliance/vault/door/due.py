# SPDX-License-Identifier: Apache-2.0
"""When a one-time password is asked for (R103, A7, T16)."""

import hmac
from typing import Final

from appliance.config.settings import Door, OtpPolicy
from appliance.model.things import Account, Secret
from appliance.model.time import Instant, date_in_japan, in_japan
from appliance.model.words import AccountState

# When people come to work and when they leave, in seconds of the day.
MORNING: Final = 9 * 3600
EVENING: Final = 17 * 3600


def is_due(door: Door, account: Account, secret: Secret, now: Instant) -> bool:
    """Whether a code comes before the password: the first time, after a change of mail, after long absence."""
    if door.otp_policy is OtpPolicy.ALWAYS or account.state is AccountState.FIRST:
        return True
    if not account.mail_confirmed_at or account.mail_changed_at > secret.last_sign_in_at:
        return True
    absent = date_in_japan(now) - date_in_japan(secret.last_sign_in_at)
    return absent.days >= door.otp_after_days


def seems_due(door: Door, pepper: bytes, name: bytes, now: Instant) -> bool:
    """The same of a name that nobody has, so that the step that follows a name tells nobody whether it is one.

    It looks like somebody who comes now and then: from an hour of a working day on no code is due, for longer than
    the fund's number of days; then, from a midnight on, one is, for some weeks; and so on, at days of its own.
    """
    if door.otp_policy is OtpPolicy.ALWAYS:
        return True
    drawn = hmac.digest(pepper, b"seems due\0" + name, "sha256")
    longer, due_for, begins, comes = (int.from_bytes(drawn[at : at + 8]) for at in (0, 8, 16, 24))
    free = door.otp_after_days + longer % door.otp_after_days
    days = free + 1 + due_for % (2 * door.otp_after_days)
    moment = in_japan(now)
    day = (moment.toordinal() + begins % days) % days
    second = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return day >= free or (day == 0 and second < MORNING + comes % (EVENING - MORNING))
