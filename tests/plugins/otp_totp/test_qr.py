# SPDX-License-Identifier: Apache-2.0
"""The QR code: a plain SVG image whose dark modules are those of the text."""

import re
from xml.etree import ElementTree

import pytest
import segno
from renkei_otp_totp.qr import qr_image

SVG = "{http://www.w3.org/2000/svg}"
URI = "otpauth://totp/Fund:yamada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Fund"
LONGEST = "otpauth://totp/" + "%F0%A0%AE%9F" * 64 + ":" + "%F0%A0%AE%9F" * 64
QUIET = 4
STROKE = re.compile(r"([Mm])(-?\d+) (-?[\d.]+)|h(\d+)")


def elements(image: str) -> list[ElementTree.Element]:
    """All elements of an image that was made here."""
    return list(ElementTree.fromstring(image).iter())  # noqa: S314 - made here


def dark_modules(image: str) -> set[tuple[int, int]]:
    """Row and column of every module that a browser draws dark: strokes of height one, to the right."""
    path = elements(image)[2].attrib["d"]
    assert STROKE.sub("", path) == ""
    dark: set[tuple[int, int]] = set()
    x, y = 0, 0.0
    for kind, right, down, length in STROKE.findall(path):
        if length:
            dark |= {(int(y - 0.5) - QUIET, column - QUIET) for column in range(x, x + int(length))}
            x += int(length)
        else:
            x, y = (int(right), float(down)) if kind == "M" else (x + int(right), y + float(down))
    return dark


@pytest.mark.parametrize("text", [URI, LONGEST], ids=["usual", "longest"])
def test_it_draws_the_modules_of_the_text(text: str) -> None:
    matrix = segno.make_qr(text, error="l").matrix
    wanted = {(y, x) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert dark_modules(qr_image(text)) == wanted


def test_another_text_is_another_image() -> None:
    assert dark_modules(qr_image(URI)) != dark_modules(qr_image(URI + "x"))


def test_it_is_an_image_that_stands_alone_on_white_with_a_quiet_zone() -> None:
    frame, ground, _ = elements(qr_image(URI))
    side = len(segno.make_qr(URI, error="l").matrix) + 2 * QUIET
    assert frame.attrib == {"viewBox": f"0 0 {side} {side}"}
    assert (ground.attrib["fill"], ground.attrib["d"]) == ("#fff", f"M0 0h{side}v{side}h-{side}z")


def test_nothing_in_it_can_run_or_load_whatever_the_text_is() -> None:
    image = qr_image("</path><script>alert(1)</script>")
    assert [element.tag for element in elements(image)] == [f"{SVG}svg", f"{SVG}path", f"{SVG}path"]
    assert "script" not in image
    assert {name for element in elements(image) for name in element.attrib} == {"viewBox", "fill", "stroke", "d"}
