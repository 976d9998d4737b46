# SPDX-License-Identifier: Apache-2.0
"""What a plugin's act or look says has to fit where it is kept, and through the link."""

import pytest

from appliance.contracts.action import ActionAnswer, ActionRequest
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.vault.acting import MOST_SHOWN
from appliance.vault.plugin_records import PluginRecords
from tests.appliance.vault.person import Person
from tests.appliance.vault.test_acting import COMMAND, act, add, records_of
from tests.appliance.vault.world import World


@pytest.mark.parametrize(
    "answer",
    [
        ActionAnswer({"much": "長" * 30_000}),
        ActionAnswer(rows=({"a": "b" * 100},) * 1_000),
        ActionAnswer(typed="長" * 30_000),
    ],
)
async def test_an_act_that_says_too_much_fails_and_is_not_done(
    world: World, user: Person, answer: ActionAnswer
) -> None:
    records: PluginRecords = records_of(world)

    async def tell(request: ActionRequest) -> ActionAnswer:
        await records.put("half", b"done")
        return answer

    add(world, tell)
    for command in (COMMAND, ""):
        await user.refused(Why.FAILED, act(command=command))
    assert await records.scan() == []


async def test_a_look_may_say_more_up_to_what_the_link_carries(world: World, user: Person) -> None:
    async def tell(request: ActionRequest) -> ActionAnswer:
        return ActionAnswer(rows=({"row": "x" * 1_000},) * int(request.fields["text"]))

    add(world, tell, reads=True)
    assert len((await user.ask(m.Look("notes.add", {"text": "500"}))).rows) == 500
    await user.refused(Why.FAILED, m.Look("notes.add", {"text": str(MOST_SHOWN // 1_000)}))
