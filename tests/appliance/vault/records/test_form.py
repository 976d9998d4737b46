# SPDX-License-Identifier: Apache-2.0
"""The form of what the vault keeps."""

import pytest

from appliance import __version__
from appliance.host.refused import StartRefused
from appliance.testing.memory_records import MemoryRecords
from appliance.vault.copying.marks import FIRST, is_empty
from appliance.vault.records.form import FORM, ROW, Form, form_of, put_form, refuse_newer


async def test_a_store_in_which_nobody_has_written_has_none_and_is_not_refused() -> None:
    store = MemoryRecords()
    await refuse_newer(store)
    assert await form_of(store) == Form(0, "")


async def test_the_first_start_says_which_and_the_next_ones_leave_it() -> None:
    store = MemoryRecords()
    await put_form(store)
    assert await form_of(store) == Form(FORM, __version__)
    await put_form(store, version="9.9.9")
    assert await form_of(store) == Form(FORM, __version__)
    await refuse_newer(store)


async def test_a_newer_version_says_so_and_the_older_one_refuses_and_changes_nothing() -> None:
    store = MemoryRecords()
    await put_form(store)
    await put_form(store, FORM + 1, "9.9.9")
    with pytest.raises(StartRefused, match=rf"9\.9\.9.*\({FORM + 1}, not {FORM}\): install 9\.9\.9 or a newer"):
        await refuse_newer(store)
    await put_form(store)
    assert await form_of(store) == Form(FORM + 1, "9.9.9")


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b"\xff", b'{"number": "1", "version": "1"}'])
async def test_a_form_that_cannot_be_read_is_not_guessed(raw: bytes) -> None:
    store = MemoryRecords(rows={ROW: raw})
    with pytest.raises(StartRefused, match="cannot be read"):
        await refuse_newer(store)


async def test_what_a_newer_version_says_beside_it_is_passed_over() -> None:
    store = MemoryRecords(rows={ROW: b'{"number": 1, "version": "9.9.9", "since": 5}'})
    await refuse_newer(store)


async def test_it_is_no_row_of_a_vault_so_no_copy_takes_it_along() -> None:
    store = MemoryRecords()
    await put_form(store)
    assert ROW < FIRST
    assert await store.read(is_empty)
