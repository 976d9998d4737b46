# SPDX-License-Identifier: Apache-2.0
"""The tables of messages are complete and sound; and everything in them can cross the wire."""

import dataclasses
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any

import msgspec

from appliance.link.messages import (
    BY_NAME,
    BY_SHAPE,
    GATE_MESSAGES,
    MESSAGES,
    SAFE_AGAIN,
    Carries,
    GateMessage,
    Message,
)
from appliance.model.words import Site, Tier
from tests.every import for_every

EVERY_ROW: tuple[Message | GateMessage, ...] = (*MESSAGES, *GATE_MESSAGES)
ROWS = for_every("row", MESSAGES, lambda row: row.name)
ALL_ROWS = for_every("row", EVERY_ROW, lambda row: row.name)


def example(hint: Any) -> Any:
    """Some value of a type, as full as can be."""
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = typing.get_type_hints(hint)
        return hint(**{field.name: example(hints[field.name]) for field in dataclasses.fields(hint)})
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return (example(arguments[0]), example(arguments[0]))
    if origin in (dict, Mapping):
        return {example(arguments[0]): example(arguments[1])}
    if origin is frozenset:
        return frozenset({example(arguments[0])})
    if origin is not None:  # a union: its first member
        return example(arguments[0])
    if issubclass(hint, Enum):
        return next(iter(hint))
    return {str: "文字", int: 7, float: 0.5, bool: True, bytes: b"\x00\xff"}[hint]


@ALL_ROWS
def test_message_and_reply_come_through_whole(row: Message | GateMessage) -> None:
    for shape in (row.shape, row.reply):
        given = example(shape)
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(given), type=shape) == given


@ALL_ROWS
def test_shapes_are_frozen(row: Message | GateMessage) -> None:
    for shape in (row.shape, row.reply):
        assert shape.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_no_name_stands_twice() -> None:
    names = [row.name for row in EVERY_ROW]
    assert len(names) == len(set(names))
    assert len(BY_NAME) == len(BY_SHAPE) == len(MESSAGES)


@ROWS
def test_somebody_may_send_it(row: Message) -> None:
    assert row.sites
    assert row.sites <= set(Site)
    assert BY_NAME[row.name] is BY_SHAPE[row.shape] is row


@ROWS
def test_the_administrator_and_web_sites_share_no_message(row: Message) -> None:
    assert row.sites == {Site.ADMIN} or Site.ADMIN not in row.sites


@ROWS
def test_what_needs_a_visit_names_the_action_that_policies_judge(row: Message) -> None:
    """What only a ticket may do names none: it has no account, and no policy would be asked (docs/public.md)."""
    if not row.visit or row.name == "SignOut":
        return
    assert bool(row.action) is (row.sites != {Site.PUBLIC}), row.sites


@ROWS
def test_what_is_safe_to_repeat_changes_nothing(row: Message) -> None:
    if row.shape in SAFE_AGAIN:
        assert not row.changes
        assert row.carries is Carries.NOTHING


def test_only_the_vault_asks_the_gate() -> None:
    assert all(row.sites == {Tier.VAULT} for row in GATE_MESSAGES)


@ROWS
def test_secrets_stay_out_of_the_printed_form(row: Message) -> None:
    for shape in (row.shape, row.reply):
        for field in dataclasses.fields(shape):
            if field.name in {"password", "token", "form"}:
                assert not field.repr, f"{shape.__name__}.{field.name}"
