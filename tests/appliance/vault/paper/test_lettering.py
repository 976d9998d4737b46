# SPDX-License-Identifier: Apache-2.0
"""Names stand on paper as they are, in two faces; what neither has is 〓, and nothing is ever a box or a gap."""

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import PIL.Image
import pytest
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from appliance.vault.manuals.books import Mark
from appliance.vault.manuals.styles import STYLES
from appliance.vault.paper.lettering import (
    FONT,
    SUBSTITUTE,
    Lettering,
    need_font,
    signs_of,
    unprintable,
    unshaped,
)
from tests.paper import words

# Of which our own face has no glyph, and the rare one has.
RARE = ["𠮷", "槗", "伵", "丟", "㐧", "ế", "ỹ"]
OWN = ["髙", "﨑", "鷗", "①", "㈱", "𠮟", "𣘺", "𡈽", "德", "神", "č", "ł"]
# たいと, a sign of gaiji, and a kanji of this year: in neither.
NOWHERE = ["\U0003106c", "\ue000", "\U00032000", "\U000f0000", "\U0010ffff", "\ufffe", "\n", "한"]
SHAPES = ["辻\U000e0100", "葛\U000e0100", "邉\U000e0105", "神\ufe00", "葛\U000e0101"]
# A selector of another collection of shapes, of which we have none.
OTHER = "邉\U000e0115"


def drawn(*texts: str) -> bytes:
    """A PDF with each text on a line."""
    made = io.BytesIO()
    need_font()
    canvas = Canvas(made, pagesize=(1000, 100), invariant=1)
    for number, text in enumerate(texts):
        canvas.setFont(FONT, 20)
        canvas.drawString(10, 70 - 30 * number, text)
    canvas.save()
    return made.getvalue()


def copied(*texts: str) -> list[str]:
    """What can be copied out of it, line by line."""
    return list(filter(None, words(drawn(*texts)).split("\n")))


@pytest.fixture
def picture(tmp_path: Path, program: Callable[[str], str]) -> Callable[[str], PIL.Image.Image]:
    """A text as it lies on paper."""

    def made(text: str) -> PIL.Image.Image:
        (tmp_path / "one.pdf").write_bytes(drawn(text))
        done = [program("pdftoppm"), "-gray", "-r", "144", str(tmp_path / "one.pdf")]
        shown = subprocess.run(done, check=True, capture_output=True).stdout
        return PIL.Image.open(io.BytesIO(shown)).convert("L").point(lambda grey: 255 * (grey < 128))

    return made


def box(image: PIL.Image.Image) -> tuple[int, int, int, int]:
    """Where there is ink."""
    found = image.getbbox()
    assert found
    return found


@pytest.mark.parametrize("sign", RARE + OWN + SHAPES + [OTHER])
def test_what_a_face_has_can_be_copied_out_as_it_was_typed(sign: str) -> None:
    assert copied(f"山{sign}田", sign) == [f"山{sign}田", sign]
    assert unprintable(sign) == ""


@pytest.mark.parametrize("sign", RARE + OWN)
def test_each_of_them_is_a_glyph_of_one_face_and_not_the_one_for_missing_signs(sign: str) -> None:
    font = Lettering()
    own, rare = font.face.charToGlyph.get(ord(sign), 0), font._rare.face.charToGlyph.get(ord(sign), 0)
    assert (own > 0, rare > 0) == (sign in OWN, sign in RARE)


@pytest.mark.parametrize("sign", NOWHERE)
def test_what_neither_face_has_is_a_geta_and_known_before(sign: str) -> None:
    assert copied(f"山{sign}田") == [f"山{SUBSTITUTE}田"]
    assert unprintable(f"{sign}山{sign}") == sign
    assert need_font().stringWidth(sign, 10) == need_font().stringWidth(SUBSTITUTE, 10)


def test_every_kanji_of_jis_x_0213_and_0212_can_be_printed() -> None:
    rows = [bytes([row, cell]) for row in range(0xA1, 0xFF) for cell in range(0xA1, 0xFF)]
    codes = [*rows, *(b"\x8f" + row for row in rows)]
    signs = {code.decode("euc_jis_2004", "ignore") for code in codes} | {
        code.decode("euc_jp", "ignore") for code in codes
    }
    kanji = "".join(sign for sign in signs if len(sign) == 1 and ord(sign) >= 0x3400)
    assert len(kanji) > 13_000 and unprintable(kanji) == ""


def test_a_selector_takes_no_room_and_is_never_drawn_by_itself() -> None:
    font = need_font()
    for pair in (*SHAPES, OTHER):
        assert font.stringWidth(pair, 10) == font.stringWidth(pair[0], 10) == 10
    assert copied("\U000e0100山") == ["山"]
    assert unprintable("\U000e0100山\ufe0f") == ""


def test_a_shape_that_neither_face_has_is_told() -> None:
    assert [unshaped(pair) for pair in SHAPES] == [""] * len(SHAPES)
    assert unshaped(f"{OTHER}田{OTHER}{NOWHERE[0]}\ufe00") == "邉"


def test_a_kanji_and_its_selector_stay_together() -> None:
    assert signs_of("\U000e0100辻\U000e0100a\ufe00\ufe01") == ["\U000e0100", "辻\U000e0100", "a\ufe00", "\ufe01"]
    assert signs_of("") == []


def test_more_kanji_with_selectors_than_there_is_room_for_are_drawn_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("appliance.vault.paper.lettering._LAST", 0x100000)
    font = Lettering()
    assert font.stringWidth("辻\U000e0100辻\U000e0101", 10) == 20
    assert list(font._standing) == ["辻\U000e0100"]


def test_the_same_text_makes_the_same_bytes_whatever_was_printed_before() -> None:
    text = "渡邉\U000e0102𠮷"
    assert drawn("葛\U000e0101", text) != drawn(text) == drawn(text)


def test_a_paragraph_holds_them_too() -> None:
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(400, 400), invariant=1)
    need_font()
    paragraph = Paragraph("渡邉\U000e0102𠮷" * 20 + NOWHERE[0], STYLES[Mark.TEXT])
    paragraph.wrapOn(canvas, 100, 400)
    paragraph.drawOn(canvas, 10, 10)
    canvas.save()
    assert "".join(words(made.getvalue()).split()) == "渡邉\U000e0102𠮷" * 20 + SUBSTITUTE


@pytest.mark.lab
def test_on_paper_there_is_ink_of_the_size_of_a_kanji(picture: Callable[[str], PIL.Image.Image]) -> None:
    seen = {sign: picture(sign) for sign in (*RARE[:5], *OWN[:3], *SHAPES, "吉", "辻", "葛", "神", SUBSTITUTE)}
    for sign, image in seen.items():
        left, top, right, bottom = box(image)
        assert 24 < right - left <= 42 and 12 <= bottom - top <= 42, sign
    shapes = {image.tobytes() for image in seen.values()}
    assert len(shapes) >= len(seen) - 1, "one shape of 葛 is the usual one"


@pytest.mark.lab
def test_what_stands_behind_a_rare_sign_stands_where_it_would(picture: Callable[[str], PIL.Image.Image]) -> None:
    for sign in (*RARE[:5], *SHAPES, NOWHERE[0]):
        plain, rare = picture("山山山"), picture(f"山{sign}山")
        assert plain.crop((100, 0, 200, 200)).tobytes() == rare.crop((100, 0, 200, 200)).tobytes(), sign


@pytest.mark.lab
def test_other_programs_read_what_was_typed(tmp_path: Path, program: Callable[[str], str]) -> None:
    text = "".join(RARE + OWN + SHAPES) + OTHER
    (tmp_path / "a.pdf").write_bytes(drawn(text))
    done = subprocess.run([program("pdftotext"), tmp_path / "a.pdf", "-"], check=True, capture_output=True)
    assert done.stdout.decode().split() == [text]
