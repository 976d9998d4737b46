# SPDX-License-Identifier: Apache-2.0
"""One-time passwords by mail: the code of A23, sent by the core (R50, R66)."""

from dataclasses import dataclass

from appliance.contracts.factor import Factor
from appliance.contracts.plugin import Plugin, hookimpl
from renkei_otp_email.factor import MailedCodes

__all__ = ["OtpEmail", "Settings"]


@dataclass(frozen=True)
class Settings:
    """How long a code is, in digits, and how long it is valid, in minutes.

    An hour by default, because the mail has to be read before the VPN connection cuts the Internet (A23).
    """

    digits: int = 8
    ttl_minutes: int = 60

    def __post_init__(self) -> None:
        """Refuse codes that can be guessed or typed by nobody, and lives of no use."""
        if not 6 <= self.digits <= 10:
            raise ValueError("`digits` is from 6 to 10")
        if not 1 <= self.ttl_minutes <= 24 * 60:
            raise ValueError("`ttl_minutes` is from 1 to 1440")


class OtpEmail(Plugin):
    """Makes and judges the codes; the letters are the core's."""

    Settings = Settings

    @hookimpl
    def register_factor(self) -> list[Factor]:
        """One factor."""
        return [MailedCodes(self.settings.digits, self.settings.ttl_minutes, self.services.random)]
