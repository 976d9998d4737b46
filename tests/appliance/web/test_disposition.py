# SPDX-License-Identifier: Apache-2.0
"""Names of files in headers."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.web.disposition import MAX_TYPED, attachment, base_name, content_type, disposition, may_be_shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("通知書.pdf", "通知書.pdf"),
        ("C:\\書類\\通知書.pdf", "通知書.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..", ""),
        ("", ""),
        ("ハ\u309aス.pdf", "ハ\u309aス.pdf"),
        ("ヘ\u309aージ.pdf", "ページ.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
    ],
)
def test_only_the_last_part_without_misleading_signs_is_a_name(typed: str, kept: str) -> None:
    import unicodedata

    assert base_name(typed) == unicodedata.normalize("NFC", kept)


def test_what_no_file_system_takes_is_cut_before_it_costs_anything() -> None:
    slow = "a" + "\u0315\u0300" * 1_000_000
    assert len(base_name(slow)) <= MAX_TYPED


def test_both_forms_of_a_name_stand_in_the_header() -> None:
    assert attachment("納入 2026.pdf") == (
        "attachment; filename=\"_ 2026.pdf\"; filename*=UTF-8''%E7%B4%8D%E5%85%A5%202026.pdf"
    )
    assert attachment("..") == "attachment; filename=\"download\"; filename*=UTF-8''download"


@given(st.text(max_size=80))
def test_no_name_can_leave_its_place(name: str) -> None:
    header = attachment(name)
    assert header.isascii() and header.isprintable()
    assert header.count('"') == 2
    plain, encoded = header.removeprefix('attachment; filename="').split("\"; filename*=UTF-8''")
    assert plain and not set(plain) & set("\\;%")
    assert "/" not in unquote(encoded)


def test_what_is_shown_keeps_its_name() -> None:
    assert disposition("納入.pdf", inline=True).startswith("inline; filename=")
    assert disposition("納入.pdf", inline=False) == attachment("納入.pdf")


def test_the_type_is_from_a_short_list() -> None:
    assert content_type("x.PDF") == "application/pdf"
    assert content_type("x.zip") == "application/zip"
    assert content_type("x.html") == content_type("pdf.") == content_type("") == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "may"), [("a.pdf", True), ("a.PDF", True), ("a.pdf.html", False), ("a.csv", False)]
)
def test_only_a_pdf_opens_in_the_browser(name: str, may: bool) -> None:
    assert may_be_shown(name) is may
