# SPDX-License-Identifier: Apache-2.0
"""What `renkei check` says about letters: the fund's own texts, and who carries them."""

from importlib.util import find_spec

from appliance.config.settings import Settings
from appliance.host.catalogue import Row

NOTIFIER = "notifier"


def unusable_letters(settings: Settings, rows: list[Row]) -> list[str]:
    """A sentence for each text that no letter can be made of, and for a channel that nobody or anybody is."""
    return [*_texts(settings.letters.templates), *_carriers(settings, rows)]


def waiting_letters(settings: Settings, rows: list[Row]) -> list[str]:
    """A sentence where nobody carries mail and letters wait: fit for a demo, and for the host of the edge."""
    if settings.demo.enabled or find_spec("appliance.vault") is None or _carrying(settings, rows):
        return []
    from appliance.vault.letters.beginning import WAITING

    return [f"letters: {WAITING}"]


def unprintable_fund(settings: Settings) -> list[str]:
    """A sentence for what every letter on paper names the fund by, where no font of letters has a sign of it."""
    if find_spec("appliance.vault") is None:
        return []
    from appliance.vault.paper.lettering import SUBSTITUTE, unprintable

    told = {"fund.name": settings.fund.name, "fund.contact": settings.fund.contact}
    lacked = {key: ", ".join(f"U+{ord(sign):04X}" for sign in unprintable(text)) for key, text in told.items()}
    return [f"{key}: {SUBSTITUTE} stands on paper for {signs}" for key, signs in lacked.items() if signs]


def _carrying(settings: Settings, rows: list[Row]) -> list[str]:
    return sorted(row.name for row in rows if row.name in settings.plugins and NOTIFIER in row.families)


def _texts(folder: str) -> list[str]:
    if find_spec("appliance.vault") is None:
        return []  # the edge host sends no letters
    from appliance.vault.letters.texts import UnusableTexts, load_texts

    try:
        load_texts(folder)
    except UnusableTexts as error:
        return [f"letters.templates: {text}" for text in error.complaints]
    return []


def _carriers(settings: Settings, rows: list[Row]) -> list[str]:
    """Where one is named, or several could be meant; without any, see waiting_letters()."""
    named = settings.letters.mail
    there = _carrying(settings, rows)
    if named and named not in there:
        return [
            f"letters.mail names `{named}`, which is no configured notifier; there is {', '.join(there) or 'none'}"
        ]
    if not named and len(there) > 1:
        return [f"letters.mail: several plugins could carry mail ({', '.join(there)}); name one"]
    return []
