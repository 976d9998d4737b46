# SPDX-License-Identifier: Apache-2.0
"""Looking up routes."""

import pytest

from appliance.contracts.pages import Guard
from appliance.link.messages import ChangeOwn, ReadOwn
from appliance.web.favicon import show_mark
from appliance.web.routes import Body, DuplicateRoute, Route, Routes, does, shows, values_in


def row(method: str, path: str) -> Route:
    """A route."""
    return Route(method, path, show_mark, Guard.ANYONE, (), method != "GET")


def test_what_visitors_see_and_do_is_for_visitors_alone() -> None:
    assert shows("/a", show_mark, ReadOwn) == Route("GET", "/a", show_mark, Guard.VISITOR, (ReadOwn,), False)
    for body in (Body.FIELDS, Body.SMALL_FILES):
        expected = Route("POST", "/a", show_mark, Guard.VISITOR, (ReadOwn, ChangeOwn), True, body)
        assert does("/a", show_mark, ReadOwn, ChangeOwn, body=body) == expected
    assert does("/a", show_mark).body is Body.FIELDS


def test_a_fixed_path_comes_before_a_pattern() -> None:
    routes = Routes([row("GET", "/a/{id}"), row("GET", "/a/new"), row("POST", "/a/{name}")])
    assert routes.methods("/a/new")["GET"].path == "/a/new"
    assert set(routes.methods("/a/x")) == {"GET", "POST"}


def test_the_path_with_fewer_names_is_meant_whatever_the_order() -> None:
    routes = Routes([row("PUT", "/u/{id}/{number}"), row("POST", "/u/{id}/deliver")])
    assert set(routes.methods("/u/x/deliver")) == {"POST"}
    assert set(routes.methods("/u/x/7")) == {"PUT"}


@pytest.mark.parametrize("path", ["/", "/a", "/a/", "/a/x/", "/a/x/y", "/b/x"])
def test_what_does_not_fit_is_not_there(path: str) -> None:
    assert Routes([row("GET", "/a/{id}")]).methods(path) == {}


def test_values_stand_for_one_segment() -> None:
    assert values_in("/uploads/{id}/{number}", "/uploads/abc/7") == {"id": "abc", "number": "7"}
    assert values_in("/a", "/a") == {}


@pytest.mark.parametrize("other", ["/a/{id}", "/a/{name}"])
def test_two_routes_for_the_same_are_refused(other: str) -> None:
    with pytest.raises(DuplicateRoute):
        Routes([row("GET", "/a/{id}"), row("GET", other)])


def test_only_scripts_hear_json() -> None:
    assert [body for body in Body if body.for_programs] == [Body.JSON, Body.BYTES]


def test_what_a_form_sends_can_be_given_back_and_what_a_script_sends_is_answered_as_an_object() -> None:
    assert {body for body in Body if body.of_form} == {Body.FIELDS, Body.FIELDS_THEN_FILE, Body.SMALL_FILES}
    assert not any(body.of_form and body.for_programs for body in Body)
