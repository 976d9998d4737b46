# SPDX-License-Identifier: Apache-2.0
"""The catalogue of texts is complete, and filling it is harmless."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

import appliance
from appliance.cli.kit_client_texts import OF_KIT_CLIENTS
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.calendar import Reason
from appliance.model.journal import Kind, Result
from appliance.model.words import AccountState, LockState, MailOutcome, Note, NoticeState, Permission, Role, Site
from appliance.vault.letters.kinds import LetterKind
from appliance.web.limits import Turned
from appliance.web.texts import Explanation, Texts

TEXTS = Texts.load()
_KEY = re.compile(r'Refused\((?:Why\.)?\w+,\s*"([a-z0-9_.]+)"|super\(\).__init__\(Why\.\w+,\s*"([a-z0-9_.]+)"')


def keys_in_code() -> set[str]:
    """Every text key that some room refuses with."""
    root = Path(appliance.__path__[0])
    # What only an administrator's command can hear is said by the command, in English; so are OF_KIT_CLIENTS.
    files = (file for file in root.rglob("*.py") if file.name != "administration.py")
    code = "\n".join(file.read_text() for file in files)
    return {one or other for one, other in _KEY.findall(code)}


def test_there_are_keys_to_look_for() -> None:
    assert "upload.not_pdf" in keys_in_code()


def test_every_refusal_of_every_room_has_its_text() -> None:
    assert sorted(key for key in keys_in_code() - OF_KIT_CLIENTS.keys() if not TEXTS.has(key)) == []


def test_only_an_administrator_hears_of_the_client_of_kits() -> None:
    """No page shows these keys, and the command has a sentence for each."""
    of_clients = {key for key in keys_in_code() if key.startswith("kit_client.")}
    assert of_clients and of_clients <= OF_KIT_CLIENTS.keys()
    assert all(m.BY_SHAPE[shape].sites == {Site.ADMIN} for shape in (m.AddKitClient, m.ListKitClients))


@pytest.mark.parametrize(
    "key",
    [f"refused.{why}" for why in Why]
    + [f"edge.{turned.name.lower()}" for turned in Turned]
    + [f"closed.{reason}" for reason in Reason if reason is not Reason.OPEN],
)
def test_every_reason_says_what_why_and_next_politely(key: str) -> None:
    said = TEXTS.explain(key)
    for sentence in (said.what, said.why, said.next):
        assert re.search(r"(ます|ません|です|でした|ました|ください|ております)。$", sentence), sentence


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("kind", Kind),
        ("result", Result),
        ("state", NoticeState),
        ("permission", Permission),
        ("role", Role),
        ("note", Note),
        ("account_state", AccountState),
        ("lock_state", LockState),
        ("mail_outcome", MailOutcome),
        ("letter", LetterKind),
    ],
)
def test_every_word_of_the_model_has_its_text(table: str, names: type[StrEnum]) -> None:
    bare = [name.value for name in names if TEXTS.word(table, name.value) == name.value]
    assert bare == []


def test_a_refusal_without_a_text_of_its_own_has_that_of_its_reason() -> None:
    assert TEXTS.refusal(Refused(Why.FULL, "nobody.wrote_this")) == TEXTS.explain("refused.full")


def test_values_fill_places_and_nothing_else() -> None:
    texts = Texts({"a": {"b": {"what": "{max} {x.__class__} {gone}", "why": "{0}", "next": "n"}}})
    values = {"max": "{max} <b>"}
    assert texts.explain("a.b", values) == Explanation("{max} <b> {x.__class__} ―", "{0}", "n")


def test_instants_are_written_as_people_write_them() -> None:
    said = TEXTS.refusal(Refused(Why.NOT_ALLOWED, "closed.year_end", {"opens_at": "1799017200000"}))
    assert "年末年始" in said.why
    assert said.next.startswith("次は 2027年1月4日(月) 08:00 に始まります。")


@pytest.mark.parametrize("value", ["", "soon", "-1", "1.5", "²"])
def test_what_is_no_instant_is_written_as_it_is(value: str) -> None:
    texts = Texts({"a": {"b": {"what": "{opens_at}", "why": "{at}", "next": "n"}}})
    assert texts.explain("a.b", {"opens_at": value, "at": "1799017200000"}) == Explanation(
        value, "1799017200000", "n"
    )


def test_an_unknown_word_is_shown_as_it_is() -> None:
    assert TEXTS.word("kind", "new.kind") == "new.kind"
    assert TEXTS.word("refused", "away") == "away"
    assert not TEXTS.has("kind.sign_in") and not TEXTS.has("nonsense")


def test_a_catalogue_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "ja.toml"
    file.write_text('[words]\nyes = "はい"\n', "utf-8")
    first = Texts.load(file)
    file.unlink()
    assert Texts.load(file).word("words", "yes") == first.word("words", "yes") == "はい"
