# SPDX-License-Identifier: Apache-2.0
"""Which passwords people may choose: the profiles of the two services, and what is never one (A8, R314)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from appliance.model.passwords import ZIP_RULE, PasswordRule
from appliance.model.things import Account
from appliance.model.words import PasswordProfile
from appliance.vault.people.fields import Unfit


@cache
def profiles() -> Mapping[PasswordProfile, PasswordRule]:
    """The rules of the profiles, from password_profiles.toml."""
    text = resources.files(__package__).joinpath("password_profiles.toml").read_text("utf-8")
    return {PasswordProfile(name): PasswordRule(**rule) for name, rule in tomllib.loads(text).items()}


def need_fit(profile: PasswordProfile, account: Account, fresh: str) -> None:
    """Raise Unfit for a password that breaks the rule of a profile, or is the login, in whichever case."""
    _need("password", profiles()[profile], fresh)
    if fresh.casefold() == account.login.casefold():
        raise Unfit("password", "is_login")


def need_fit_zip(fresh: str) -> None:
    """Raise Unfit for a ZIP password that breaks its rule (A41)."""
    _need("zip_password", ZIP_RULE, fresh)


def _need(field: str, rule: PasswordRule, password: str) -> None:
    if broken := rule.broken_by(password):
        shown = {"min": str(rule.shortest), "max": str(rule.longest), "kinds": str(rule.kinds)}
        raise Unfit(field, broken, **shown)
