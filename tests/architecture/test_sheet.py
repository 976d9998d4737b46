# SPDX-License-Identifier: Apache-2.0
"""The look of all pages: what lies on what can be read, colours are variables, no class is idle or unknown."""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import pytest

from tests.architecture import tree

WEB = Path("appliance/web")
SHEET = WEB / "static" / "renkei.css"
# What only some pages need lies beside it, under the same rules.
SHEETS = tuple(sorted((WEB / "static").glob("*.css")))
LARGEST = 24 * 1024
# What is written, and on which of the surfaces it is written somewhere.
WORDS = ("ink", "soft", "link", "new", "good", "bad")
SURFACES = ("paper", "card", "note-paper")
READ = (
    *product(WORDS, SURFACES),
    *product(("ink", "soft", "link"), ("new-paper", "good-paper", "bad-paper")),
    ("new", "new-paper"),
    ("good", "good-paper"),
    ("bad", "bad-paper"),
    ("brand-ink", "brand"),
    ("act-ink", "act"),
)
# What is only seen: the edge of a field, the ring around what has the focus (WCAG 1.4.11).
SEEN = (*product(("edge", "focus"), ("paper", "card")), ("focus-brand", "brand"))
# Colours that nothing is read on or by: lines, shadows, the paper that a QR code needs.
NEITHER = {"line", "shade", "brand-line", "code-paper"}
# By which media query the colours of a mode are exchanged, and how much contrast it owes to words and to shapes.
MODES = {
    "light": ((), 4.5, 3.0),
    "dark": (("(prefers-color-scheme: dark)",), 4.5, 3.0),
    "more": (("(prefers-contrast: more)",), 7.0, 4.5),
    "more dark": (
        (
            "(prefers-color-scheme: dark)",
            "(prefers-contrast: more)",
            "(prefers-contrast: more) and (prefers-color-scheme: dark)",
        ),
        7.0,
        4.5,
    ),
    # Nobody's focus is on paper.
    "paper": (("print",), 4.5, 1.0),
    "paper in the dark": (("(prefers-color-scheme: dark)", "print"), 4.5, 1.0),
}
COMMENT = re.compile(r"/\*.*?\*/", re.S)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color|color-mix)\([^)]*\)")
VARIABLE = re.compile(r"--([a-z-]+):\s*([^;]+);")
CLASS = re.compile(r"\.(-?[a-zA-Z][\w-]*)")
# The names of the sites, for whoever wants to tell them apart.
WITHOUT_STYLE = {"portal", "console", "public"}

# --- the sheet, taken apart ---------------------------------------------------------------------------------------


def sheet() -> str:
    """The rules of all sheets, without comments."""
    return COMMENT.sub("", "".join(path.read_text("utf-8") for path in SHEETS))


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Each rule as (what stands before its brace, what is within it), outermost only."""
    depth, start, head = 0, 0, ""
    for place in re.finditer(r"[{}]", text):
        if place[0] == "{":
            if depth == 0:
                head, start = text[start : place.start()].strip(), place.end()
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                yield head.rpartition(";")[2].strip(), text[start : place.start()]
                start = place.end()


def variables(media: tuple[str, ...]) -> dict[str, str]:
    """The colours under these media queries, in the order of the sheet."""
    found: dict[str, str] = {}
    for head, body in blocks(sheet()):
        if head == ":root":
            found |= dict(VARIABLE.findall(body))
        elif head.removeprefix("@media ") in media:
            for inner, declared in blocks(body):
                found |= dict(VARIABLE.findall(declared)) if inner == ":root" else {}
    return {name: value for name, value in found.items() if COLOUR.fullmatch(value)}


def luminance(colour: str) -> float:
    """Of an opaque colour as #rgb or #rrggbb, by WCAG."""
    digits = colour.removeprefix("#")
    digits = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Between 1 and 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# --- the classes, where they are used ----------------------------------------------------------------------------

WRITTEN = re.compile(r'class(?:Name)?\s*[=:]\s*"([^"]*)"')
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\$\{.*?\}")
QUOTED = re.compile(r"""["']([\w -]+)["']""")


def pages() -> Iterator[tuple[Path, str]]:
    """Templates, scripts of our own, and the modules that write classes themselves."""
    for path in sorted(WEB.rglob("*")):
        if path.suffix in {".html", ".js", ".py"} and "vendor" not in path.parts:
            yield path, path.read_text("utf-8")


def named() -> Iterator[tuple[Path, str]]:
    """Each class that stands in an attribute, with its file."""
    for path, text in pages():
        for value in WRITTEN.findall(EXPRESSION.sub(" ", text)):
            yield from ((path, word) for word in value.split())


def mentioned() -> set[str]:
    """Every word that could be a class: those in attributes, and those in quotes anywhere."""
    return {word for _, text in pages() for value in QUOTED.findall(text) for word in value.split()} | {
        word for _, word in named()
    }


def styled() -> set[str]:
    """The classes that the sheet knows."""
    found = set[str]()
    for head, body in blocks(sheet()):
        heads = [inner for inner, _ in blocks(body)] if head.startswith("@media") else [head]
        found |= {name for one in heads for name in CLASS.findall(one)}
    return found


# --- the rules ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_what_is_read_and_what_is_seen_stands_out(mode: str) -> None:
    media, words, shapes = MODES[mode]
    colours = variables(media)
    wrong = [*faint(colours, READ, words), *faint(colours, SEEN, shapes)]
    tree.nothing(f"{mode}: {one}" for one in wrong)


def faint(colours: Mapping[str, str], pairs: tuple[tuple[str, str], ...], least: float) -> Iterator[str]:
    """The pairs with less contrast than they owe."""
    for one, other in pairs:
        if (found := contrast(colours[one], colours[other])) < least:
            yield f"--{one} on --{other} has {found:.2f}, and needs {least}"


def test_every_colour_is_looked_at() -> None:
    looked = {name for pair in (*READ, *SEEN) for name in pair}
    assert set(variables(())) - looked - NEITHER == set()
    assert looked | NEITHER == set(variables(())), "a colour that there is not"


def test_no_colour_stands_outside_of_the_variables() -> None:
    tree.nothing(COLOUR.findall(VARIABLE.sub("", sheet())))


def test_every_variable_is_used_and_known() -> None:
    used = set(re.findall(r"var\(--([a-z-]+)", sheet()))
    known = {name for name, _ in VARIABLE.findall(sheet())}
    assert used == known


def test_no_class_is_without_use() -> None:
    tree.nothing(f".{name} is nowhere" for name in sorted(styled() - mentioned()))


def test_no_class_is_unknown_to_the_sheet() -> None:
    known = styled() | WITHOUT_STYLE
    tree.nothing(sorted({f"{path}: {word}" for path, word in named() if word not in known}))


def test_the_sheet_is_small() -> None:
    assert SHEET.stat().st_size <= LARGEST


def test_a_faint_colour_is_found() -> None:
    assert [*faint({"a": "#777777", "b": "#fff"}, (("a", "b"),), 4.5)] == ["--a on --b has 4.48, and needs 4.5"]
    assert contrast("#000", "#ffffff") == pytest.approx(21)


def test_rules_are_taken_apart_with_their_media() -> None:
    text = "@page { size: A4; } a { b: c; } @media x { d { e: f; } g { } }"
    assert [head for head, _ in blocks(text)] == ["@page", "a", "@media x"]
    assert [head for head, _ in blocks([*blocks(text)][2][1])] == ["d", "g"]
