# SPDX-License-Identifier: Apache-2.0
"""What is personal is found, and nothing else."""

import pytest

from tests.personal import quoted


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("the contract 123456-0000001 is locked", ["123456-0000001"]),
        ("<Taro@Example.jp>: no such user", ["Taro@Example.jp"]),
        ("request from 127.0.0.1 failed", ["127.0.0.1"]),
        ("山田 太郎 is locked", ["山田 太郎"]),
        ("SAKURA001 is locked", ["sakura001"]),
        ("mail server 127.0.0.1:2525: 530 no; document a1b2 waits; sites.portal: 127.0.0.12:8443", []),
        ("Error connecting to 127.0.0.1 on port 2525; renkei@fund.example.jp is refused", []),
        ("renkei-web@public.service: Deactivated; renkei-web-figures@portal.socket", []),
        ("", []),
    ],
)
def test_what_is_found(line: str, found: list[str]) -> None:
    assert quoted(line, ["山田 太郎", "sakura001", "abc", ""]) == found
