# SPDX-License-Identifier: Apache-2.0
"""A table is text in UTF-8 or cp932."""

import pytest

from appliance.model.problems import Rule
from appliance.vault.doorman.asked import MIB
from appliance.vault.doorman.plain import fault_of_csv

TEXT = '番号,氏名\r\n1,"髙橋\t①"\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_text_is_accepted(encoding: str) -> None:
    assert fault_of_csv(TEXT.encode(encoding)) is None


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
@pytest.mark.parametrize("before", range(MIB - 3, MIB + 1))
def test_a_sign_may_stand_where_a_piece_ends(encoding: str, before: int) -> None:
    content = b"a" * before + "届".encode(encoding)
    assert fault_of_csv(content) is None
    assert fault_of_csv(content + b"\0") is fault_of_csv(content[:-1] + b"\xff\xff") is Rule.CSV_NONE
    # Cut, what was UTF-8 is another sign in cp932, which nobody can tell from one that was meant.
    assert fault_of_csv(content[:-1]) is (Rule.CSV_NONE if encoding == "cp932" else None)


@pytest.mark.parametrize(
    "content",
    [
        b"a\0b",
        b"a\x1b[2J",
        b"a\x7f",
        b" \r\n",
        b"\xef\xbb\xbf",
        TEXT.encode("utf-16"),
        b"\x81",
        b"\xff\xff",
        b"\xc2\x85",
    ],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    assert fault_of_csv(content) is Rule.CSV_NONE
