# SPDX-License-Identifier: Apache-2.0
"""The table of desks and the table of messages name the same messages."""

import dataclasses
import inspect
import typing

import pytest

from appliance.link.messages import MESSAGES, FetchFinished, ListOffices
from appliance.model.words import Site
from appliance.vault.desks import DESKS

SHAPES = sorted({row.shape for row in MESSAGES}, key=lambda shape: shape.__name__)


def test_every_message_has_a_desk_and_nothing_else_has() -> None:
    assert set(DESKS) == set(SHAPES)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_desk_takes_its_own_message(shape: type) -> None:
    desk = DESKS[shape]
    for function in (desk.handler, desk.office_of):
        if function is not None:
            wanted = list(inspect.signature(function).parameters.values())[-1].annotation
            assert shape in typing.get_args(wanted) or wanted in (shape, typing.Any)


def test_whatever_names_a_thing_says_whose_it_is() -> None:
    names = {
        "office",
        "filing",
        "notice",
        "notices",
        "upload",
        "download",
        "account",
        "thing",
        "delegation",
        "request",
        "session",
        "which",
    }
    naming = {
        row.shape
        for row in MESSAGES
        if Site.ADMIN not in row.sites and names & {field.name for field in dataclasses.fields(row.shape)}
    }
    # One office of the list of all of them: nobody but the fund has that list.
    naming.remove(ListOffices)
    # What a ticket of the public site fetches is found by the ticket, which is of one office.
    naming.remove(FetchFinished)
    assert {shape for shape, desk in DESKS.items() if desk.office_of is not None} == naming
