# SPDX-License-Identifier: Apache-2.0
"""The catalogue: what goes which way, and what every kind that ever was is called."""

import pytest

from appliance.model.documents import Catalogue, Direction, DocumentType

NEWS = DocumentType("news", "ニュース", Direction.TO_OFFICE)
LEAFLET = DocumentType("leaflet", "しおり", Direction.TO_OFFICE, by_post=True)
FORM = DocumentType("form", "届", Direction.TO_FUND)
GONE = DocumentType("gone", "昔の届", Direction.TO_FUND, offered=False)
CATALOGUE = Catalogue({found.id: found for found in (NEWS, LEAFLET, FORM, GONE)})


def test_the_fund_uses_what_it_offers() -> None:
    assert list(CATALOGUE) == [NEWS, LEAFLET, FORM]


def test_each_way_has_its_kinds_and_post_is_a_way_of_its_own() -> None:
    assert CATALOGUE.of(Direction.TO_OFFICE) == (NEWS,)
    assert CATALOGUE.of(Direction.TO_OFFICE, by_post=True) == (LEAFLET,)
    assert CATALOGUE.of(Direction.TO_FUND) == (FORM,)
    assert CATALOGUE.of(Direction.TO_FUND, by_post=True) == ()


@pytest.mark.parametrize(
    ("id", "direction", "found"),
    [
        ("news", Direction.TO_OFFICE, NEWS),
        ("news", Direction.TO_FUND, None),
        ("leaflet", Direction.TO_OFFICE, None),
        ("form", Direction.TO_FUND, FORM),
        ("gone", Direction.TO_FUND, None),
        ("", Direction.TO_FUND, None),
    ],
)
def test_only_what_goes_that_way_electronically_can_be_sent(
    id: str, direction: Direction, found: DocumentType | None
) -> None:
    assert CATALOGUE.sent(id, direction) == found


def test_a_kind_that_is_gone_keeps_its_name_and_an_unknown_one_its_id() -> None:
    assert [CATALOGUE.name_of(id) for id in ("news", "gone", "never")] == ["ニュース", "昔の届", "never"]
