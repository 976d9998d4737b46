# SPDX-License-Identifier: Apache-2.0
"""Which passwords people may choose: the rules of the two services, and what is never one (A8, R314)."""

from collections.abc import Mapping
from typing import Final

from appliance.model.passwords import ERENKEI_RULE, ROKIN_RULE, ZIP_RULE, PasswordRule
from appliance.model.things import Account
from appliance.model.words import PasswordProfile
from appliance.vault.people.fields import Unfit

RULES: Final[Mapping[PasswordProfile, PasswordRule]] = {
    PasswordProfile.ERENKEI: ERENKEI_RULE,
    PasswordProfile.ROKIN: ROKIN_RULE,
}


def need_fit(profile: PasswordProfile, account: Account, fresh: str) -> None:
    """Raise Unfit for a password that breaks the rule of a profile, or is the login, in whichever case."""
    _need("password", RULES[profile], fresh)
    if fresh.casefold() == account.login.casefold():
        raise Unfit("password", "is_login")


def need_fit_zip(fresh: str) -> None:
    """Raise Unfit for a ZIP password that breaks its rule (A41)."""
    _need("zip_password", ZIP_RULE, fresh)


def _need(field: str, rule: PasswordRule, password: str) -> None:
    if broken := rule.broken_by(password):
        shown = {"min": str(rule.shortest), "max": str(rule.longest), "kinds": str(rule.kinds)}
        raise Unfit(field, broken, **shown)
