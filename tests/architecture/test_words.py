# SPDX-License-Identifier: Apache-2.0
"""Every text of the sites is a message, and every message has its English; a forgotten one fails here."""

import io
import re
from collections.abc import Callable, Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from appliance.web.language import COMPILED
from appliance.web.translating import is_japanese
from tests.architecture import tree, words

PLACE = re.compile(r"\{[a-z_]+\}")
SAYING = [path for path in tree.files() if path.is_relative_to(words.WEB) and path.name not in words.UNSPOKEN]
OURS = [path for path in SAYING if "vendor" not in path.parts]


def of(suffix: str) -> list[Path]:
    """The files of our own with this ending."""
    return [path for path in OURS if path.suffix == suffix]


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    """The English of every message in the catalogue."""
    return {str(message.id): str(message.string) for message in words.english() if message.id}


def test_every_message_has_its_english_and_nothing_else_is_kept(english: dict[str, str]) -> None:
    found = words.messages()
    assert len(found) > 1000
    missing = [f"{place}: {message}" for message, place in found.items() if not english.get(message)]
    gone = [f"no longer said: {message}" for message in english if message not in found]
    tree.nothing([*missing, *gone])


def test_both_sides_have_the_same_places(english: dict[str, str]) -> None:
    tree.nothing(
        [
            f"{message} | {text}"
            for message, text in english.items()
            if text and sorted(set(PLACE.findall(message))) != sorted(set(PLACE.findall(text)))
        ]
    )


def test_english_is_english_but_for_what_stays(english: dict[str, str]) -> None:
    def rest(text: str) -> str:
        for name in words.STAYS:
            text = text.replace(name, "")
        return text

    tree.nothing([f"{message} | {text}" for message, text in english.items() if is_japanese(rest(text))])


def test_sentences_end_as_sentences_do(english: dict[str, str]) -> None:
    japanese, ended = re.compile("(ます|ません|です|ください)。$"), re.compile(r"[.!?:”)}] ?$")
    whole = {message: text for message, text in english.items() if text and japanese.search(message)}
    assert len(whole) > 500
    tree.nothing([f"{message} | {text}" for message, text in whole.items() if not ended.search(text)])


def test_nothing_is_unsure() -> None:
    assert [message.id for message in words.english() if message.fuzzy] == []


def test_the_files_are_what_the_tool_writes() -> None:
    catalogue = words.brought_up(words.english(), words.messages())
    assert words.ENGLISH.read_bytes() == words.written(catalogue), "run `make texts`"
    assert COMPILED.read_bytes() == words.compiled(words.english()), "run `make texts`"


@pytest.mark.parametrize(
    ("suffix", "rule"),
    [
        (".html", words.glued),
        (".html", words.stuck),
        (".py", words.glued_in_python),
        (".js", words.unmarked),
    ],
    ids=["templates", "blanks", "Python", "scripts"],
)
def test_no_sentence_is_glued_to_a_value(suffix: str, rule: Callable[[Path], Iterator[str]]) -> None:
    files = of(suffix)
    assert len(files) > 5
    tree.nothing([f"{path}: {found}" for path in files for found in rule(path)])


def test_no_message_of_a_template_holds_an_entity() -> None:
    """It would be escaped once more."""
    tree.nothing([message for message in words.messages() if re.search("&[a-z#0-9]+;", message)])


# --- the rules would find something -------------------------------------------------------------------------------


@pytest.fixture
def wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Writes a file into a tree of its own."""

    def write(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        tree.text.cache_clear()
        tree.tree.cache_clear()
        return Path(name)

    monkeypatch.setattr(tree, "ROOT", tmp_path)
    return write


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("<p>未受信 {{ count }}件</p>", ["1 未受信", "1 件"]),
        ('<a title="{{ name }} を開く">x</a>', ["1 を開く"]),
        ("<p>残り\n{{ left }}</p>", ["1 残り"]),
        ('<p>{{ _("未受信 {count}件", count=count) }}</p><b>届書</b>', []),
        ("<dt>名前</dt><dd>{{ name }}</dd>", []),
        ("<p>{% if x %}届書{% endif %}</p>{{ x }} <b>帳票</b>", []),
    ],
)
def test_glue_in_templates_is_found(wrote: Callable[[str, str], Path], line: str, found: list[str]) -> None:
    assert list(words.glued(wrote("a.html", line))) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('<p>戻る<a href="/">x</a></p>', ["1 Back<a "]),
        ("<p><b>x</b>戻る</p>", ["1 </b>Back"]),
        ('<p>戻る <a href="/">x</a></p><b>届書</b><p>帳票</p>', []),
    ],
)
def test_words_without_blanks_are_found(wrote: Callable[[str, str], Path], line: str, found: list[str]) -> None:
    assert list(words.stuck(wrote("a.html", line))) == found


def test_glue_in_python_is_found(wrote: Callable[[str, str], Path]) -> None:
    path = wrote("a.py", 'a = f"{b} 件"\nc = f"{b}: {_(d)}"\n')
    assert list(words.glued_in_python(path)) == ["1 f'{b} 件'"]


def test_unmarked_texts_of_scripts_are_found(wrote: Callable[[str, str], Path]) -> None:
    path = wrote("a.js", '// 届書\nsay(_("届書"));\nsay("届書");\nsay(`${x} 件`);\n')
    assert list(words.unmarked(path)) == ['3 say("届書");', "4 say(`${x} 件`);"]


def test_messages_of_python_are_literals_but_for_docstrings_and_patterns(
    wrote: Callable[[str, str], Path],
) -> None:
    path = wrote("a.py", '"""届書"""\nimport re\nA = re.compile("[ぁ-ん]")\nB = ("帳票" "一覧", "x")\n# 注\n')
    assert list(words.of_python(path)) == ["帳票一覧"]


def test_what_is_sent_to_offices_is_no_message(wrote: Callable[[str, str], Path]) -> None:
    text = '[a]\nlabel = "理由"\ntext = "お願いいたします"\nid = "x"\n'
    assert list(words.of_catalogue(wrote("returns.toml", text))) == ["理由"]
    assert sorted(words.of_catalogue(wrote("other.toml", text))) == ["お願いいたします", "理由"]


def test_bringing_up_keeps_drops_and_adds() -> None:
    before = Catalog(locale="en", charset="utf-8")
    before.add("届書", "filing")
    before.add("帳票", "notice")
    after = words.brought_up(before, {"届書": "a.html", "利用者": "b.py"})
    assert {message.id: message.string for message in after if message.id} == {"届書": "filing", "利用者": ""}


def test_what_is_compiled_is_what_gettext_reads() -> None:
    catalogue = Catalog(locale="en", charset="utf-8")
    for message, text in {"届書": "filing", "帳票": "", "a\n「b」": "c\n“d”"}.items():
        catalogue.add(message, text)
    read = GNUTranslations(io.BytesIO(words.compiled(catalogue)))
    assert [read.gettext(message) for message in ("届書", "帳票", "a\n「b」")] == ["filing", "帳票", "c\n“d”"]
