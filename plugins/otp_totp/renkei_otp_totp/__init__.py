# SPDX-License-Identifier: Apache-2.0
"""Codes of an authenticator app, without mail and without a network: the default of the fund's staff (A46)."""

from appliance.contracts.factor import Factor
from appliance.contracts.plugin import Plugin, hookimpl
from renkei_otp_totp.factor import AppCodes

__all__ = ["OtpTotp"]


class OtpTotp(Plugin):
    """Has no settings: six digits every 30 seconds by SHA-1 is what every app understands."""

    @hookimpl
    def register_factor(self) -> list[Factor]:
        """One factor."""
        return [AppCodes(self.services.random, self.services.in_thread)]
