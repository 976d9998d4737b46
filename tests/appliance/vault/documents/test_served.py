# SPDX-License-Identifier: Apache-2.0
"""What was handed over: counted, put together, and never more than that."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.vault.documents.served import MAX_KEPT, MAX_SPANS, HandedOver, Served

VISIT, OTHER = b"v" * 32, b"o" * 32
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15)), min_size=1, max_size=12)


def test_bytes_add_up_and_the_end_is_told_once() -> None:
    served = Served()
    assert served.of("a") == HandedOver(0, ended=False)
    served.end("a")
    assert not served.of("a").ended, "nothing of it went out"
    served.more("a", 3)
    served.more("a", 4)
    assert served.of("a") == HandedOver(7, ended=False)
    served.end("a")
    assert served.of("a") == HandedOver(7, ended=True)
    served.forget("a")
    assert served.of("a") == HandedOver(0, ended=False)


def test_what_was_never_reported_is_forgotten_the_oldest_first() -> None:
    served = Served()
    for number in range(MAX_KEPT + 1):
        served.more(str(number), 1)
        served.put_together(VISIT, str(number), (0, 1))
    assert [served.of(id).size for id in ("0", "1", str(MAX_KEPT))] == [0, 1, 1]
    assert served.put_together(VISIT, "0", (1, 2)) == (1, 2)
    assert served.put_together(VISIT, "9", (1, 2)) == (0, 2)


@given(SPANS)
def test_the_beginning_grows_as_far_as_there_is_no_gap(spans: list[tuple[int, int]]) -> None:
    served, has = Served(), set[int]()
    for start, length in spans:
        first = served.put_together(VISIT, "d", (start, start + length))
        has |= set(range(start, start + length))
        if first[0] == 0:
            assert set(range(first[1])) <= has
        if has and min(has) == 0:
            reach = next(n for n in range(60) if n not in has)
            assert first == (0, reach)


def test_each_visit_and_each_document_by_itself() -> None:
    served = Served()
    served.put_together(VISIT, "d", (0, 5))
    assert served.put_together(OTHER, "d", (5, 9)) == (5, 9)
    assert served.put_together(VISIT, "e", (5, 9)) == (5, 9)
    assert served.put_together(VISIT, "d", (5, 9)) == (0, 9)
    served.begin_anew(VISIT, "d")
    assert served.put_together(VISIT, "d", (5, 9)) == (5, 9)


def test_whoever_asks_for_crumbs_fills_no_memory() -> None:
    served = Served()
    for number in range(MAX_SPANS * 2):
        served.put_together(VISIT, "d", (number * 2, number * 2 + 1))
    assert served.put_together(VISIT, "d", (1, 1_000)) == (0, 1_000)
    assert served.put_together(VISIT, "d", (2_000, 2_001)) == (0, 1_000)
