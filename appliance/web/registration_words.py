# SPDX-License-Identifier: Apache-2.0
"""What is told of a registration form, in words: for the console, and for the form of the public site."""

import datetime as dt

from appliance.link.messages import OfficeStanding
from appliance.model.registration import Field, Finding
from appliance.model.typed_days import in_era
from appliance.web.language import filled
from appliance.web.problems import shown_name
from appliance.web.texts import Texts


def finding_words(texts: Texts, finding: Finding) -> str:
    """One finding as a sentence."""
    given = {"given": shown_name(finding.given), "suggestion": finding.suggestion}
    return filled(texts.word("form_rule", finding.rule.value), given)


def field_label(texts: Texts, name: str) -> str:
    """What people call a field of the form."""
    return texts.word("form_field", name)


def standing_words(texts: Texts, standing: OfficeStanding) -> str:
    """What there is of the office already, "" for nothing."""
    return "" if standing is OfficeStanding.NEW else texts.word("form_standing", standing.value)


def value_words(name: str, read: str) -> str:
    """A value as it was read, as people write it."""
    if name == Field.ENTERED_ON and read:
        return in_era(dt.date.fromisoformat(read))
    return f"{int(read):06d}" if name == Field.OFFICE_NUMBER and read.isdecimal() else read
