# SPDX-License-Identifier: Apache-2.0
"""Every message of the sites, collected from templates, Python, scripts and catalogues; and its English."""

import ast
import io
import json
import re
import struct
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jinja2
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from appliance.web.language import COMPILED, Language, translated
from appliance.web.static import MESSAGE
from appliance.web.translating import RUN, is_japanese, spoken_text, translating
from tests.architecture import tree

WEB = Path("appliance/web")
ENGLISH = COMPILED.with_suffix(".po")
# What stays Japanese in every language, and why.
UNSPOKEN = {
    "language.py": "each language is named in itself",
    "japanese.py": "dates as Japanese write them",
}
# What stays Japanese in English texts: names of forms, and examples of what is typed.
STAYS = (
    *("管理者情報変更届", "20240524_0123_資格取得届", "届書名称", "はぐONE"),
    *("基金　太郎", "キキン　タロウ", "ー", "・", "〓", "〇〇"),
)
# Parts of catalogues that are not said to whoever looks, but sent to an office.
SENT = {"returns.toml": {"text"}, "activation_reasons.toml": {"text"}, "calling.toml": {"mail", "head", "foot"}}
_INLINE = "(?:a|b|code|em|i|kbd|span|strong)"
STUCK = re.compile(rf"[^<>\"]*[\w.,:;!?”)]<{_INLINE}[ >]|</{_INLINE}>[\w“(][^<>\"]*")
Found = dict[str, str]


def messages() -> Found:
    """Every message, and where it is found first."""
    found: Found = {}
    for path in tree.files():
        if path.is_relative_to(WEB) and "vendor" not in path.parts and path.name not in UNSPOKEN:
            for message in READERS.get(path.suffix, _nothing)(path):
                found.setdefault(message, str(path.relative_to(WEB)))
    return found


def _nothing(path: Path) -> Iterator[str]:
    yield from ()


def of_template(path: Path) -> Iterator[str]:
    """What the compiler of templates asks the catalogue for."""
    said: list[str] = []

    def say(message: str) -> str:
        said.append(message)
        return message

    _environment(say).parse(tree.text(path) or "")
    yield from said


def _environment(say: Callable[[str], str]) -> jinja2.Environment:
    return jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=[translating(say)])


def of_python(path: Path) -> Iterator[str]:
    """Every Japanese literal that is no docstring and no pattern."""
    module = tree.tree(path)
    passed = {id(node) for node in _unsaid(module)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield from filter(is_japanese, [node.value])


def _unsaid(module: ast.Module) -> Iterator[ast.AST]:
    """Literals that nobody is shown: docstrings, and patterns of regular expressions."""
    for node in ast.walk(module):
        if isinstance(node, ast.Expr):
            yield node.value
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            yield from node.args


def of_script(path: Path) -> Iterator[str]:
    """What is exchanged when a script is read."""
    yield from (json.loads(found[1]) for found in MESSAGE.finditer(tree.text(path) or ""))


def of_catalogue(path: Path) -> Iterator[str]:
    """Every text of a catalogue in TOML."""
    yield from _in_table(tomllib.loads(tree.text(path) or ""), SENT.get(path.name, set()))


def _in_table(table: dict[str, Any], sent: set[str]) -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _in_table(value, sent)
        elif isinstance(value, str) and is_japanese(value) and name not in sent:
            yield value


MO = "<7I"
READERS = {".html": of_template, ".py": of_python, ".js": of_script, ".toml": of_catalogue}


# --- what would be lost -------------------------------------------------------------------------------------------


def glued(path: Path) -> Iterator[str]:
    """Runs of a template that are part of one sentence with a value: another language has another order."""
    tokens = [token for token in _environment(str).lexer.tokenize(tree.text(path) or "")]
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        if token.type != "data":
            continue
        runs = RUN.findall(token.value)
        if before and before.type == "variable_end" and runs and token.value.startswith(runs[0]):
            yield from _if_japanese(token.lineno, runs[0])
        if after and after.type == "variable_begin" and runs and token.value.endswith(runs[-1]):
            yield from _if_japanese(token.lineno, runs[-1])


def _if_japanese(line: int, run: str) -> Iterator[str]:
    if is_japanese(run):
        yield f"{line} {run.strip()}"


def stuck(path: Path) -> Iterator[str]:
    """English words of a template without a blank to their neighbours, which Japanese does not need."""
    for token in _environment(str).lexer.tokenize(tree.text(path) or ""):
        if token.type == "data":
            text = spoken_text(token.value, lambda message: translated(message, Language.ENGLISH))
            yield from (f"{token.lineno} {found[0]}" for found in STUCK.finditer(text))


def glued_in_python(path: Path) -> Iterator[str]:
    """Japanese in f-strings."""
    for node in ast.walk(tree.tree(path)):
        if isinstance(node, ast.JoinedStr):
            texts = [part.value for part in node.values if isinstance(part, ast.Constant)]
            if any(isinstance(text, str) and is_japanese(text) for text in texts):
                yield f"{node.lineno} {ast.unparse(node)}"


def unmarked(path: Path) -> Iterator[str]:
    """Japanese of a script outside of `_("…")` and of comments that have a line for themselves."""
    for number, line in enumerate((tree.text(path) or "").splitlines(), 1):
        if not line.lstrip().startswith("//") and is_japanese(MESSAGE.sub("", line)):
            yield f"{number} {line.strip()}"


# --- the catalogue ------------------------------------------------------------------------------------------------


def english() -> Catalog:
    """The catalogue as it is."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en", charset="utf-8")


def brought_up(catalogue: Catalog, found: Found) -> Catalog:
    """The catalogue of just these messages: translations are kept, new ones are empty, what is gone is dropped."""
    new = Catalog(locale="en", charset="utf-8", header_comment=catalogue.header_comment, fuzzy=False)
    # By file and text: a sentence that moves inside its file changes nothing here.
    for message, place in sorted(found.items(), key=lambda item: (item[1], item[0])):
        old = catalogue.get(message)
        new.add(message, old.string if old else "", locations=[(place, 0)])
    return new


def written(catalogue: Catalog) -> bytes:
    """The file of a catalogue, the same at any time and by any version."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0, omit_header=True, include_lineno=False)
    head = HEAD % catalogue.header_comment
    return bytes(head.encode() + file.getvalue())


HEAD = """%s
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def compiled(catalogue: Catalog) -> bytes:
    """What the standard library reads (the MO format of gettext): no date and no version, so always the same."""
    said = {str(message.id).encode(): str(message.string).encode() for message in catalogue if message.string}
    pairs = sorted({**said, b"": b"Content-Type: text/plain; charset=utf-8\n"}.items())
    start = struct.calcsize(MO) + 16 * len(pairs)
    tables, texts = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += struct.pack("<2I", len(pair[side]), start + len(texts))
            texts += pair[side] + b"\0"
    first = struct.calcsize(MO)
    return (
        struct.pack(MO, 0x950412DE, 0, len(pairs), first, first + 8 * len(pairs), 0, 0) + b"".join(tables) + texts
    )


def write() -> int:
    """Bring the files up to date; how many messages wait for their English."""
    catalogue = brought_up(english(), messages())
    ENGLISH.write_bytes(written(catalogue))
    COMPILED.write_bytes(compiled(english()))
    return sum(1 for message in catalogue if message.id and not message.string)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        print(f"without English: {write()}")
    else:
        sys.stdout.write(written(brought_up(english(), messages())).decode())
