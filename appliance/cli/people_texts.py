# SPDX-License-Identifier: Apache-2.0
"""What a refusal about people says to an administrator."""

from collections.abc import Mapping

OF_PEOPLE: Mapping[str, str] = {
    "login.form": "the login of an office's user has 8 to 15 letters and digits",
    "login.staff_form": "the login of the fund's staff has 3 to 32 letters, digits, dots, hyphens and underscores",
    "login.half_width": "the login has to be given half-width, as it will be printed",
    "login.taken": "this login is taken; choose another",
    "login.unknown": "nobody of the fund's staff has this login; `renkei staff list` shows who there is",
    "name.length": "the name of a person has 1 to 50 letters",
    "kana.length": "the kana of a name has 1 to 50 signs",
    "kana.signs": "the kana of a name has only kana, long vowel marks, middle dots and one blank",
    "kana.blank": "the kana of a name has one blank, between family name and given name",
    "mail.form": "the mail address has the form somebody@example.jp",
    "office_name.length": "the name of an office has 1 to 100 letters",
    "contract_number.form": "a contract number has the form 123456-0000001",
    "contract_number.taken": "this contract number belongs to another office",
    "office_number.range": "an office has a number from 1 to 999999",
    "office_number.taken": "this number belongs to another office",
    "seats.range": "an office has 1 to 3 seats; more of them are for the fund to decide",
    "role.staff": "this is no role of the fund's staff",
    "reason.length": "say why, in 1 to 300 letters",
    "staff.too_many": "there are 1,000 people of the fund's staff, and no more can be added",
}
