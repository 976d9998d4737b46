# SPDX-License-Identifier: Apache-2.0
"""TOML tables to frozen dataclasses, strictly: every key is known and every value has its type."""

import dataclasses
import datetime as dt
import difflib
import types
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

_MISSING = dataclasses.MISSING
_SCALARS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: 'a text in "quotes"',
    dt.date: "a date such as 2026-06-09",
    dt.time: "a time of day such as 12:00:00",
}


class ConfigError(Exception):
    """The configuration cannot be right; the text names file, table and key and says what to write."""


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a configuration file, for messages. table is "" for the top of the file."""

    file: str
    table: str = ""

    def __str__(self) -> str:
        """Such as `config.toml: [sites.portal]`."""
        return f"{self.file}: [{self.table}]" if self.table else self.file

    def below(self, key: str) -> "Where":
        """The table key within this one."""
        return Where(self.file, f"{self.table}.{key}" if self.table else key)


def decode(table: Mapping[str, Any], shape: type[T], where: Where, base: T | None = None) -> T:
    """The table as an instance of the dataclass shape; keys it does not name keep their defaults.

    base gives the defaults where they differ from those of shape. A ValueError of `__post_init__` is a bad value;
    its text should begin with the key. Raises ConfigError.
    """
    hints = get_type_hints(shape)
    fields = {field.name: field for field in dataclasses.fields(shape)}  # type: ignore[arg-type]
    _refuse_unknown(table, tuple(fields), where)
    given = {
        key: _value(value, hints[key], where, key, _default(fields[key], base)) for key, value in table.items()
    }
    if base is None:
        _refuse_missing(given, fields, where)
    try:
        return shape(**given) if base is None else dataclasses.replace(base, **given)  # type: ignore[type-var]
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error


def did_you_mean(word: str, words: tuple[str, ...]) -> str:
    """A closing sentence for a message about an unknown word."""
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"known here: {', '.join(words) or 'nothing'}."


def _default(field: "dataclasses.Field[Any]", base: object) -> object:
    """What the key has when the file does not name it, or None."""
    if base is not None:
        return getattr(base, field.name)
    return None if field.default is _MISSING else field.default


def _refuse_unknown(table: Mapping[str, Any], known: tuple[str, ...], where: Where) -> None:
    for key in table:
        if key not in known:
            raise ConfigError(f"{where}: unknown key `{key}`; {did_you_mean(key, known)}")


def _refuse_missing(given: Mapping[str, Any], fields: Mapping[str, "dataclasses.Field[Any]"], where: Where) -> None:
    for name, field in fields.items():
        needed = field.default is _MISSING and field.default_factory is _MISSING
        if needed and name not in given:
            raise ConfigError(f"{where}: the key `{name}` is missing; write `{name} = …`")


def _value(value: Any, hint: Any, where: Where, key: str, default: object = None) -> Any:
    """value as hint wants it."""
    origin = get_origin(hint)
    if hint is Any:
        return value
    if origin in (Union, types.UnionType):
        return _value(value, _not_none(hint), where, key, default)
    if origin is tuple:
        return _tuple(value, get_args(hint)[0], where, key)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(value, get_args(hint)[1], where, key)
    if dataclasses.is_dataclass(hint):
        return decode(_table(value, where, key), hint, where.below(key), default)  # type: ignore[arg-type]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _word(value, hint, where, key)
    return _scalar(value, hint, where, key)


def _not_none(hint: Any) -> Any:
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    if len(kinds) != 1:
        raise TypeError(f"a setting has one type, not {hint}")
    return kinds[0]


def _tuple(value: Any, hint: Any, where: Where, key: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _wrong(value, "a list in [brackets]", where, key)
    return tuple(_value(item, hint, where, key) for item in value)


def _mapping(value: Any, hint: Any, where: Where, key: str) -> dict[str, Any]:
    inner = where.below(key)
    return {name: _value(item, hint, inner, name) for name, item in _table(value, where, key).items()}


def _table(value: Any, where: Where, key: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(value, f"a table: begin it with [{where.below(key).table}]", where, key)
    return value


def _word(value: Any, words: type[StrEnum], where: Where, key: str) -> StrEnum:
    known = tuple(word.value for word in words)
    if value not in known:
        raise ConfigError(f"{where}: `{key}` cannot be {_shown(value)}; {did_you_mean(str(value), known)}")
    return words(value)


def _scalar(value: Any, hint: Any, where: Where, key: str) -> Any:
    if hint not in _SCALARS:
        raise TypeError(f"a setting cannot be {hint}; see the types in appliance/config/decode.py")
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise _wrong(value, _SCALARS[hint], where, key)
    return value


def _wrong(value: Any, wanted: str, where: Where, key: str) -> ConfigError:
    return ConfigError(f"{where}: `{key}` must be {wanted}, not {_shown(value)}")


def _shown(value: Any) -> str:
    """A value of the wrong kind, short, for a message; never a whole table."""
    if isinstance(value, dict):
        return "a table"
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
