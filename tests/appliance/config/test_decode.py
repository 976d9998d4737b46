# SPDX-License-Identifier: Apache-2.0
"""Tables to dataclasses: what fits, and the sentence for everything that does not."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pytest

from appliance.config.decode import ConfigError, Where, decode, did_you_mean

HERE = Where("config.toml", "plugins.mine")


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


@dataclass(frozen=True)
class Inner:
    size: int = 1
    name: str = "inner"


@dataclass(frozen=True)
class Outer:
    word: str = "a"
    count: int = 1
    share: float = 0.5
    on: bool = False
    day: dt.date = dt.date(2026, 6, 9)
    noon: dt.time = dt.time(12)
    colour: Colour = Colour.RED
    maybe: int | None = None
    words: tuple[str, ...] = ()
    inner: Inner = Inner(size=9)
    many: Mapping[str, Inner] = field(default_factory=dict)
    rows: tuple[Inner, ...] = ()
    free: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Needs:
    address: str
    port: int = 1


@dataclass(frozen=True)
class Checked:
    hour: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.hour <= 23:
            raise ValueError("`hour` must be from 0 to 23")


def read(text: str, shape: type[Any] = Outer) -> Any:
    return decode(tomllib.loads(text), shape, HERE)


def test_an_empty_table_has_every_default() -> None:
    assert read("") == Outer()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('word = "b"', Outer(word="b")),
        ("count = 2", Outer(count=2)),
        ("share = 1", Outer(share=1.0)),
        ("share = 0.25", Outer(share=0.25)),
        ("on = true", Outer(on=True)),
        ("day = 2026-01-01", Outer(day=dt.date(2026, 1, 1))),
        ("noon = 11:30:00", Outer(noon=dt.time(11, 30))),
        ('colour = "green"', Outer(colour=Colour.GREEN)),
        ("maybe = 3", Outer(maybe=3)),
        ('words = ["a", "b"]', Outer(words=("a", "b"))),
        ("[inner]\nsize = 2", Outer(inner=Inner(size=2))),
        ('[inner]\nname = "x"', Outer(inner=Inner(size=9, name="x"))),
        ("[many.a]\n[many.b]\nsize = 5", Outer(many={"a": Inner(), "b": Inner(5)})),
        ("[[rows]]\nsize = 5\n[[rows]]", Outer(rows=(Inner(5), Inner()))),
        ("[free.a]\nx = 1\n[free.a.y]\nz = 2", Outer(free={"a": {"x": 1, "y": {"z": 2}}})),
    ],
)
def test_what_fits_is_taken(text: str, expected: Outer) -> None:
    assert read(text) == expected
    assert type(read("share = 1").share) is float


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("wrod = 'b'", "[plugins.mine]: unknown key `wrod`; did you mean `word`?"),
        ("zzzzzzzz = 1", "unknown key `zzzzzzzz`; known here: word, count, share"),
        ("[inner]\nsise = 1", "[plugins.mine.inner]: unknown key `sise`; did you mean `size`?"),
        ("[many.a]\nsise = 1", "[plugins.mine.many.a]: unknown key `sise`"),
        ("[[rows]]\nsise = 1", "[plugins.mine.rows]: unknown key `sise`"),
        ("word = 1", '[plugins.mine]: `word` must be a text in "quotes", not 1'),
        ("count = '1'", "`count` must be a whole number, not '1'"),
        ("count = 1.0", "`count` must be a whole number, not 1.0"),
        ("count = true", "`count` must be a whole number, not True"),
        ("share = true", "`share` must be a number, not True"),
        ("on = 1", "`on` must be true or false, not 1"),
        ("on = 'true'", "`on` must be true or false"),
        ("day = 2026-01-01T00:00:00", "`day` must be a date such as"),
        ("noon = '12:00'", "`noon` must be a time of day such as 12:00:00"),
        ("colour = 'gren'", "`colour` cannot be 'gren'; did you mean `green`?"),
        ("colour = 7", "`colour` cannot be 7; known here: red, green"),
        ("maybe = 'x'", "`maybe` must be a whole number"),
        ("words = 'a'", "`words` must be a list in [brackets], not 'a'"),
        ("words = ['a', 1]", "`words` must be a text"),
        ("inner = 1", "`inner` must be a table: begin it with [plugins.mine.inner], not 1"),
        ("many = []", "`many` must be a table"),
        ("[many]\na = 1", "`a` must be a table: begin it with [plugins.mine.many.a]"),
        ("[free]\na = 1", "[plugins.mine.free]: `a` must be a table"),
        ("[word]\nx = 1", '`word` must be a text in "quotes", not a table'),
    ],
)
def test_what_does_not_fit_is_refused_with_place_and_remedy(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert str(caught.value).startswith("config.toml: [plugins.mine")
    assert sentence in str(caught.value)


def test_a_key_without_a_default_is_asked_for() -> None:
    with pytest.raises(ConfigError, match="the key `address` is missing; write `address = …`"):
        read("", Needs)
    assert read("address = 'x'", Needs) == Needs("x")


def test_a_value_that_the_dataclass_refuses_is_a_bad_value() -> None:
    with pytest.raises(ConfigError, match=r"^config\.toml: \[plugins\.mine\]: `hour` must be from 0 to 23$"):
        read("hour = 24", Checked)


def test_a_long_value_is_shown_shortened() -> None:
    with pytest.raises(ConfigError) as caught:
        read(f"count = '{'x' * 500}'")
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize("hint", [bytes, dict, int | str])
def test_a_setting_of_a_type_that_toml_has_not_is_a_mistake_of_the_plugin(hint: Any) -> None:
    @dataclass(frozen=True)
    class Odd:
        key: Any = None

    Odd.__annotations__["key"] = hint
    with pytest.raises(TypeError, match="a setting"):
        read("key = 1", Odd)


def test_the_top_of_the_file_has_no_table_to_name() -> None:
    assert str(Where("config.toml")) == "config.toml"
    assert str(Where("config.toml").below("fund").below("x")) == "config.toml: [fund.x]"


def test_a_hint_names_the_nearest_word_or_all() -> None:
    assert did_you_mean("polcy", ("policy", "jobs")) == "did you mean `policy`?"
    assert did_you_mean("x", ("policy", "jobs")) == "known here: policy, jobs."
    assert did_you_mean("x", ()) == "known here: nothing."
