# SPDX-License-Identifier: Apache-2.0
"""What all requests of a site share."""

from appliance.model.documents import Direction
from appliance.model.ids import is_id
from tests.appliance.web.conftest import Browser


async def test_it_knows_the_site_and_its_settings(console: Browser) -> None:
    house = console.website.house
    assert house.largest_upload == 40 * 1024 * 1024
    assert house.fund.name == "れんけい企業年金基金"
    assert house.type_name("payment_notice") == "納入告知額通知書"
    assert house.type_name("a kind from an older release") == "a kind from an older release"


async def test_it_offers_what_the_fund_sends_electronically(console: Browser) -> None:
    house = console.website.house
    offered = [kind.id for kind in house.types]
    assert "payment_notice" in offered and offered == [kind.id for kind in house.catalogue.of(Direction.TO_OFFICE)]
    assert not {"acquisition", "fund_guide"} & {*offered}
    assert house.type_name("acquisition") == "加入者資格取得届"


async def test_ids_are_new_each_time(console: Browser) -> None:
    ids = {console.website.house.new_id() for _ in range(50)}
    assert len(ids) == 50 and all(map(is_id, ids))


async def test_secrets_stay_out_of_logs(console: Browser) -> None:
    assert "FakeVault" not in repr(console.website.house)
