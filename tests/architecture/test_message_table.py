# SPDX-License-Identifier: Apache-2.0
"""The table of messages is complete: every row says all, and nothing crosses a tier boundary beside it."""

import dataclasses
import inspect
import typing

import msgspec

from appliance.link import messages
from appliance.link.messages import MESSAGES, Carries, Message
from appliance.model.journal import Kind
from appliance.model.words import WEB_SITES, Site
from tests.every import for_every

SIGN_OUT = messages.SignOut
BEFORE_A_VISIT = {
    messages.RequestCode,
    messages.Arrive,
    messages.ArriveStaff,
    messages.GiveCode,
    messages.GivePassword,
    messages.AskHours,
    messages.AskBanners,
    messages.ReportRefusal,
    messages.OpenCounter,
    messages.SendRegistration,
    messages.Watch,
}
# What follows a reply as frames of a stream.
IN_STREAMS = {messages.GateReport, messages.Touched}
# What stands around every reply.
IN_ENVELOPES = {messages.Banner}


def named(row: Message) -> str:
    """The name of a test case about a row."""
    return row.name


def reached(shape: type) -> set[type]:
    """The message classes that a shape is made of, itself included."""
    found, waiting = set[type](), [shape]
    while waiting:
        one = waiting.pop()
        if dataclasses.is_dataclass(one) and one not in found:
            found.add(one)
            waiting += [part for hint in typing.get_type_hints(one).values() for part in _parts(hint)]
    return found


def _parts(hint: typing.Any) -> list[type]:
    """The plain classes inside an annotation, as NoticeRow in tuple[NoticeRow, ...]."""
    inside = typing.get_args(hint)
    return [part for one in inside for part in _parts(one)] if inside else [hint] if inspect.isclass(hint) else []


@for_every("row", MESSAGES, named)
def test_a_row_says_all(row: Message) -> None:
    assert row.sites, "somebody may send it"
    assert isinstance(row.journal, Kind), "and it leaves an entry"
    assert isinstance(row.carries, Carries)
    assert (row.shape.__doc__ or "").strip() and (row.reply.__doc__ or "").strip()


@for_every("row", MESSAGES, named)
def test_a_row_is_guarded(row: Message) -> None:
    from_web = row.sites & set(WEB_SITES)
    assert not (Site.ADMIN in row.sites and from_web), "the administrator's messages are nobody else's"
    if row.changes:
        assert row.visit and from_web, "a form token is bound to a visit"
    if row.visit and row.shape is not SIGN_OUT and row.sites != {Site.PUBLIC}:
        assert row.action, "the policies are asked about every act of a visitor"
    if row.needs:
        assert row.visit and Site.PORTAL in row.sites, "permissions are those of office users"
    if from_web and not row.visit:
        assert row.shape in BEFORE_A_VISIT


@for_every("row", MESSAGES, named)
def test_a_row_can_cross_the_wire(row: Message) -> None:
    for shape in (row.shape, row.reply):
        assert dataclasses.is_dataclass(shape) and shape.__dataclass_params__.frozen  # type: ignore[attr-defined]
        msgspec.msgpack.Decoder(shape)
        assert msgspec.inspect.type_info(shape), "msgspec knows every type in it"


@for_every("row", MESSAGES, named)
def test_what_is_secret_is_not_in_a_log(row: Message) -> None:
    for shape in reached(row.shape) | reached(row.reply):
        shown = {field.name for field in dataclasses.fields(shape) if field.repr}
        assert not shown & {"password", "token", "form", "secret", "code"}, shape


def test_names_are_unique() -> None:
    assert len(messages.BY_NAME) == len(messages.BY_SHAPE) == len(MESSAGES)


def test_nothing_stands_beside_the_tables() -> None:
    rows: list[messages.Message | messages.GateMessage] = [*MESSAGES, *messages.GATE_MESSAGES]
    used = set[type]().union(
        *(reached(row.shape) | reached(row.reply) for row in rows), *map(reached, IN_STREAMS | IN_ENVELOPES)
    )
    defined = {
        one
        for _, one in inspect.getmembers(messages, inspect.isclass)
        if one.__module__.startswith(messages.__name__) and dataclasses.is_dataclass(one)
    }
    assert defined - used - {type(row) for row in rows} == set()
