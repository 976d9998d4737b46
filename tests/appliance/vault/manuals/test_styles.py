# SPDX-License-Identifier: Apache-2.0
"""Each kind of line has a look of its own in the one font, large enough to read and dark enough on paper."""

import pytest
from reportlab.lib.styles import ParagraphStyle

from appliance.vault.manuals.books import Mark
from appliance.vault.manuals.styles import CONTENTS, COVER, SMALL, STYLES, TITLE
from appliance.vault.paper.lettering import FONT

ALL = (*STYLES.values(), TITLE, COVER, SMALL, CONTENTS)


def test_every_mark_has_one() -> None:
    assert set(STYLES) == set(Mark)
    assert len({style.name for style in ALL}) == len(ALL), "headings are known by the names of their styles"


@pytest.mark.parametrize("style", ALL, ids=lambda style: style.name)
def test_it_can_be_read(style: ParagraphStyle) -> None:
    assert style.fontName == style.bulletFontName == FONT
    assert style.fontSize >= 9 and style.leading >= 1.3 * style.fontSize
    assert style.wordWrap == "CJK"


@pytest.mark.parametrize("style", ALL, ids=lambda style: style.name)
def test_it_stands_out_on_white(style: ParagraphStyle) -> None:
    assert contrast(style.textColor.rgb()) >= 4.5


def contrast(rgb: tuple[float, float, float]) -> float:
    """With white (WCAG 2.2, 1.4.3)."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb]
    return 1.05 / (sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)) + 0.05)
