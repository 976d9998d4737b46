# SPDX-License-Identifier: Apache-2.0
"""A row of the outbox becomes a letter: subject, text, address.

What people typed about themselves (names) is shown as one line, never as a link, a header or a second sentence of
ours; a code is shown as it was given.
"""

import re
from collections.abc import Mapping

from appliance.config.settings import Fund
from appliance.contracts.notifier import OutLetter
from appliance.model.names import is_seen
from appliance.model.things import Account, Letter, Office
from appliance.model.time import Instant, in_japan
from appliance.vault.letters.kinds import TRAITS, UNTIL, LetterKind
from appliance.vault.letters.texts import PLACEHOLDER, WIDEST, Text, width

MAX_VALUE = 100
# Mail programs make links of whatever looks like one, also in a name.
_LIKE_A_LINK = re.compile(r"\w\.\w|[:@]|//")
_BLANKS = re.compile(" {2,}")
_HARMLESS = str.maketrans(":/.@", "：／．＠")


def rendered(text: Text, letter: Letter, account: Account, office: Office | None, fund: Fund, id: str) -> OutLetter:
    """The letter that leaves. Raises KeyError for a row that lacks what its text says."""
    values = {
        "office": name_of(office.name) if office else "",
        "name": name_of(account.name or account.login),
        "fund": one_line(fund.name),
        "contact": one_line(fund.contact),
        "at": _moment(letter.written_at),
        **{key: one_line(value) for key, value in letter.fields.items()},
    }
    if UNTIL in TRAITS[LetterKind(letter.kind)].needs:
        values[UNTIL] = clock_time(letter.not_after, letter.written_at)
    body = [part for line in text.lines for part in _filled(line, values)]
    return OutLetter(id, letter.to or account.mail, text.subject, "\n".join(body) + "\n", letter.not_after)


def one_line(value: str) -> str:
    """value without whatever cannot be seen or begins a new line, and not of any length."""
    if value.isprintable() and "  " not in value:
        return value.strip()[:MAX_VALUE]
    seen = (sign if is_seen(sign) else " " for sign in value)
    return _BLANKS.sub(" ", "".join(seen)).strip()[:MAX_VALUE]


def name_of(value: str) -> str:
    """What people typed, as one line of which no mail program makes a link."""
    line = one_line(value)
    return line.translate(_HARMLESS) if _LIKE_A_LINK.search(line) else line


def clock_time(at: Instant, seen_at: Instant) -> str:
    """An instant for somebody who reads on the day of seen_at: `14:35`, else `6月10日 14:35`."""
    moment = in_japan(at)
    return f"{moment:%H:%M}" if moment.date() == in_japan(seen_at).date() else _moment(at)


def _moment(at: Instant) -> str:
    moment = in_japan(at)
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"


def _filled(line: str, values: Mapping[str, str]) -> list[str]:
    """The line with its values, folded where they make it too wide; nothing where only empty values stood."""
    made = PLACEHOLDER.sub(lambda match: values[match[1]], line).rstrip()
    if not made and line:
        return []
    return _folded(made)


def _folded(line: str) -> list[str]:
    lines, rest = [], line
    while 2 * len(rest) > WIDEST and width(rest) > WIDEST:
        size = next(size for size in range(len(rest), 0, -1) if width(rest[:size]) <= WIDEST)
        lines.append(rest[:size])
        rest = rest[size:]
    return [*lines, rest]
