# SPDX-License-Identifier: Apache-2.0
"""Whatever is done to a ZIP: the doorman does not fall, and what he accepts is the same for everybody."""

import contextlib
import shutil
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.model.problems import Rule
from appliance.vault.doorman.asked import Fault
from appliance.vault.doorman.directory import Entry
from appliance.vault.doorman.entry_names import LONGEST, name_of, traps
from appliance.vault.doorman.formats import fault_of
from appliance.vault.doorman.judge import judge
from appliance.vault.doorman.pdf_words import NotReadable, dictionary_at
from appliance.vault.doorman.structure import skeleton
from tests.appliance.vault.doorman.lying import Part, lying_zip
from tests.appliance.vault.doorman.making import ANY, asked_of, small_pdf, workbook
from tests.appliance.vault.doorman.mutating import PROGRAMS, by_program, by_python, by_the_doorman, mutations, seeds
from tests.appliance.vault.doorman.samples import INSIDE

COUNT, COUNT_LAB = 2_000, 3_000
BITS = st.integers(0, 0xFFFF)
FIGURES = ("version", "flags", "method", "time", "crc", "packed", "size", "attributes", "offset", "disk")


def test_what_is_not_changed_is_accepted_by_all() -> None:
    for package in seeds():
        assert by_the_doorman(package) == by_python(package) is not None
    assert by_the_doorman(seeds()[0]) == list(INSIDE.values())


def test_what_is_changed_and_accepted_opens_alike_in_python() -> None:
    accepted = 0
    for number, package in enumerate(mutations(COUNT)):
        contents = by_the_doorman(package)
        if contents is not None:
            accepted += 1
            assert by_python(package) == contents, (number, package.hex())
    assert accepted > COUNT / 100, "else nothing was compared"


@pytest.mark.lab
@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_changed_and_accepted_opens_alike_elsewhere(program: str, tmp_path: Path) -> None:
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    for number, package in enumerate(mutations(COUNT_LAB, seed=5)):
        contents = by_the_doorman(package)
        is_aes = b"\x01\x99\x07\x00" in package
        if contents is None or (program == "unzip" and is_aes):
            continue
        (folder := tmp_path / str(number)).mkdir()
        assert by_program(package, folder, *PROGRAMS[program]) == sorted(contents), (number, package.hex())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_are_judged(content: bytes, sealed: bool) -> None:
    answer = judge(content, asked_of(content, sealed=sealed)).answer
    assert answer.problems and not answer.documents
    for format in ANY:
        fault_of(content, format)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(FIGURES), st.integers(0, 0xFFFFFFFF)), max_size=4),
    st.lists(st.tuples(st.sampled_from(FIGURES[:7]), st.integers(0, 0xFFFFFFFF)), max_size=2),
    st.binary(max_size=30),
    st.binary(max_size=40),
)
def test_any_lie_in_a_header_is_judged(
    central: list[tuple[str, int]], local: list[tuple[str, int]], extra: bytes, name: bytes
) -> None:
    wide = {"crc", "packed", "size", "attributes", "offset"}

    def fitting(lies: list[tuple[str, int]]) -> dict[str, int]:
        return {field: value if field in wide else value & 0xFFFF for field, value in lies}

    package = lying_zip(Part(central=fitting(central), local=fitting(local), extra=extra, name=name), Part())
    answer = judge(package, asked_of(package)).answer
    assert answer.problems
    try:
        places = skeleton(package, 99)
    except Fault:
        return
    assert all(place.content_end <= len(package) for place in places)


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=300), BITS, st.dictionaries(st.sampled_from((0x7075, 1)), st.binary(max_size=60)))
def test_any_name_is_read_or_not(raw: bytes, flags: int, extras: dict[int, bytes]) -> None:
    name = name_of(Entry(raw, 20, flags, 0, 0, 0, 0, 0, 0, 0, extras, None))
    assert name is None or 0 < len(name) <= LONGEST
    if name is not None:
        assert set(traps(name)) <= set(Rule)


@settings(max_examples=500, deadline=None)
@given(st.text(min_size=1, max_size=LONGEST))
def test_a_name_without_traps_can_be_a_file(name: str) -> None:
    if not list(traps(name)):
        assert not set(name) & set('\\/:*?"<>|\0') and name not in (".", "..")
        assert name == name.rstrip(". ")
        assert all(sign.isprintable() or unicodedata.category(sign) == "Zs" for sign in name)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 200), st.binary(max_size=6), st.integers(0, 8))
def test_any_change_of_a_document_is_judged(at: int, new: bytes, size: int) -> None:
    for content, format in ((small_pdf(), "pdf"), (workbook({}), "xlsx")):
        changed = content[:at] + new + content[at + size :]
        fault_of(changed, next(one for one in ANY if one == format))


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="<>[]()/% \n\\#AZ019R", max_size=60))
def test_any_words_are_read_or_not(text: str) -> None:
    with contextlib.suppress(NotReadable):
        assert all(isinstance(word, bytes) for word in dictionary_at(f"<< {text} >>".encode(), 0)[0].values())
