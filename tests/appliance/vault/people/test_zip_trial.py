# SPDX-License-Identifier: Apache-2.0
"""What is kept as a ZIP password opens what is locked with it; what could not lock anything is not kept."""

import io

import pytest
import pyzipper
from hypothesis import given
from hypothesis import strategies as st

from appliance.vault.people.zip_trial import locked, opens

PRINTABLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=8, max_size=32)


@given(PRINTABLE)
def test_every_password_of_the_rule_opens_its_own_zip(password: str) -> None:
    assert opens(password)


def test_a_zip_that_comes_back_changed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyzipper.AESZipFile, "read", lambda *args, **kwargs: b"something else")
    assert not opens("Sakura2026")


def test_the_sample_is_really_locked() -> None:
    with (
        pyzipper.AESZipFile(io.BytesIO(locked("Sakura2026"))) as sample,
        pytest.raises(RuntimeError, match="password"),
    ):
        sample.read("sample.txt", pwd=b"Sakura2027")
