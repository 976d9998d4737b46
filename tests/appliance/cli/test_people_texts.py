# SPDX-License-Identifier: Apache-2.0
"""Whatever an administrator's command can be refused about people has an English sentence."""

from appliance.cli.ask import sentence
from appliance.cli.people_texts import OF_PEOPLE
from appliance.link.refusals import Refused, Why
from appliance.web.texts import Texts


def test_each_is_one_sentence_without_an_end() -> None:
    for text, said in OF_PEOPLE.items():
        assert sentence(Refused(Why.INVALID, text, {"field": "x"}), None) == said
        assert len(said) > 20 and not said.endswith(".") and "\n" not in said


def test_each_is_a_refusal_that_people_read_in_japanese_as_well() -> None:
    texts = Texts.load()
    assert [text for text in OF_PEOPLE if not texts.has(text)] == []
