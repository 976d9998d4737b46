# SPDX-License-Identifier: Apache-2.0
"""The texts of letters: those of the product, those of the fund in their place, and what is wrong with them.

A text is a UTF-8 file `<kind>.txt`: the subject in the first line, an empty line, the body. `{word}` is a
placeholder.

1. Every placeholder is one that the kind knows, and each that it needs is there; a code stands in the body's first
   line.
2. The subject has no placeholder, so that nothing that people typed gets into a header.
3. No line is wider than 35 full-width characters, and none holds a link (practice §3.7).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from appliance.config.decode import did_you_mean
from appliance.vault.letters.kinds import EVERYWHERE, TRAITS, LetterKind

SUBJECT = "件名: "
SUFFIX = ".txt"
WIDEST = 70
MAX_BYTES = 16 * 1024
MAX_SUBJECT = 50
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
SIGNATURE = frozenset({"fund", "contact"})
_LINK = re.compile(r"://|www\.", re.IGNORECASE)
# As wide as the values become that have a known form; people's names are folded when the letter is made.
_SAMPLES = {"code": "1234 5678", "until": "12月31日 23:59", "at": "12月31日 23:59"}


class UnusableTexts(Exception):
    """Texts that no letter can be made of; complaints are sentences with file and line."""

    def __init__(self, complaints: list[str]) -> None:
        """All of them, at once."""
        super().__init__("; ".join(complaints))
        self.complaints = complaints


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one kind. lines are those of the body, with placeholders."""

    subject: str
    lines: tuple[str, ...]


def load_texts(folder: str = "") -> dict[LetterKind, Text]:
    """The text of every kind; files in folder take the place of the product's own. Raises UnusableTexts."""
    found: dict[LetterKind, Text] = {}
    complaints: list[str] = []
    own = {} if not folder else _files(Path(folder), complaints)
    for kind in LetterKind:
        name, content = own.get(kind, (f"{kind}{SUFFIX}", ""))
        wrong, text = _judged(kind, content or _shipped(kind))
        complaints += [f"{name}: {complaint}" for complaint in wrong]
        if not wrong:
            found[kind] = text
    if complaints:
        raise UnusableTexts(complaints)
    return found


@cache
def _judged(kind: LetterKind, content: str) -> tuple[tuple[str, ...], Text]:
    """What is wrong with a text, and what it is if nothing is; the same texts are judged once a process."""
    wrong = tuple(complaints_of(kind, content))
    return wrong, Text("", ()) if wrong else _parsed(content)


@cache
def _shipped(kind: LetterKind) -> str:
    return (resources.files(__package__) / "texts" / f"{kind}{SUFFIX}").read_text("utf-8")


def _files(folder: Path, complaints: list[str]) -> dict[LetterKind, tuple[str, str]]:
    """The fund's own texts by kind, each with the path for messages; what is unreadable becomes a complaint."""
    found = {}
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except OSError as error:
        complaints.append(
            f'{folder}: cannot be read ({error.strerror}); set `letters.templates` to a folder or to ""'
        )
        return {}
    for path in paths:
        if path.stem not in list(LetterKind):
            complaints.append(
                f"{path}: there is no letter of this name; {did_you_mean(path.stem, tuple(LetterKind))}"
            )
            continue
        try:
            found[LetterKind(path.stem)] = (str(path), _content(path))
        except (OSError, ValueError) as error:
            complaints.append(f"{path}: {_why(error)}")
    return found


def _content(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"a text has at most {MAX_BYTES} bytes")
    text = content.decode("utf-8-sig").replace("\r\n", "\n")
    if not text.strip():
        raise ValueError("it is empty; write a text, or remove the file")
    return text


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8; save it as UTF-8"
    if isinstance(error, OSError):
        return f"it cannot be read ({error.strerror})"
    return str(error)


def complaints_of(kind: LetterKind, content: str) -> Iterator[str]:
    """What is wrong with a text, as ends of a sentence that begins with its file."""
    first, *rest = content.split("\n")
    yield from _subject(first)
    if not rest or rest[0].strip():
        yield "line 2: leave it empty; the body begins in line 3"
    for number, line in enumerate(rest[1:], start=3):
        yield from (f"line {number}: {text}" for text in _line(kind, line))
    there = set(PLACEHOLDER.findall("\n".join(rest)))
    for name in sorted((TRAITS[kind].needs | SIGNATURE) - there):
        yield f"the placeholder {{{name}}} is missing"
    if "code" in TRAITS[kind].needs and "{code}" not in "".join(rest[1:2]):
        yield "line 3: the body begins with the line that holds {code}"


def _subject(line: str) -> Iterator[str]:
    if not line.startswith(SUBJECT) or not line.removeprefix(SUBJECT).strip():
        yield f"line 1: begin with `{SUBJECT}` and the subject"
    elif "{" in line or "}" in line:
        yield "line 1: a subject has no placeholders"
    elif _odd(line):
        yield "line 1: it holds a sign that cannot be seen"
    elif len(line.removeprefix(SUBJECT)) > MAX_SUBJECT:
        yield f"line 1: a subject has at most {MAX_SUBJECT} characters"


def _line(kind: LetterKind, line: str) -> Iterator[str]:
    known = tuple(sorted(EVERYWHERE | TRAITS[kind].needs | TRAITS[kind].may))
    for name in PLACEHOLDER.findall(line):
        if name not in known:
            yield f"there is no placeholder {{{name}}} in this letter; {did_you_mean(name, known)}"
    plain = PLACEHOLDER.sub(lambda match: _SAMPLES.get(match[1], ""), line)
    if "{" in plain or "}" in plain:
        yield "a brace that is no placeholder; write {word} in small letters"
    if width(plain) > WIDEST:
        yield f"it is wider than {WIDEST // 2} full-width characters; break it"
    if _LINK.search(plain):
        yield "letters hold no links; say where to find the page instead"
    if _odd(plain):
        yield "it holds a sign that cannot be seen"


def _odd(line: str) -> bool:
    return any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in line)


def width(line: str) -> int:
    """How wide a line is, in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in line)


def _parsed(content: str) -> Text:
    first, _, *lines = content.rstrip().split("\n")
    return Text(first.removeprefix(SUBJECT).strip(), tuple(lines))
