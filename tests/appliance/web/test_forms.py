# SPDX-License-Identifier: Apache-2.0
"""Forms: what is typed, what is wrong with it, what comes back into the page."""

import re
from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.web.forms import SHOWN_AGAIN, Choice, Field, Form, Shape, Typed, boxes, read, refused
from appliance.web.refusal_pages import is_secret, kept_fields
from appliance.web.request import Request
from tests.appliance.web.conftest import Browser

FORM = Form(
    "/place",
    (
        Field("name", "氏名"),
        Field("short_name", "略称", is_optional=True),
        Field("password", "パスワード", shape=Shape.SECRET),
        Field("password_again", "パスワード（確認）", shape=Shape.SECRET, same_as="password"),
        Field("role", "種類", shape=Shape.RADIO, choices=(Choice("a", "あ"), Choice("b", "い"))),
        Field("office", "事業所", shape=Shape.SELECT, choices=(Choice("1", "一"),)),
        Field("permission", "権限", shape=Shape.BOXES, choices=(Choice("x", "ア"), Choice("y", "イ"))),
        Field("emergency", "緊急", shape=Shape.TICK),
        Field("login", "ID", shape=Shape.FIXED),
    ),
    "送る",
)
FILLED = {"name": "名", "password": "Pass", "password_again": "Pass", "role": "a", "office": "1"}


@pytest.fixture
def request_of(portal: Browser) -> Request:
    """A request of somebody who is in; a test puts fields into it."""
    house = portal.website.house
    return Request(None, house, "n", "/place", {}, {}, None, token="t" * 20)  # type: ignore[arg-type]


def typed(request: Request, **fields: str) -> Typed:
    """What read() makes of it."""
    request.fields = {**FILLED, **fields}
    return read(request, FORM)


def test_a_form_that_is_filled_in_has_no_faults(request_of: Request) -> None:
    found = typed(request_of, command="c" * 26)
    assert (found.faults, found.summary, found.status, found.command) == ({}, None, 200, "c" * 26)
    assert "command" not in found.values


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"name": ""}, {"name": "氏名を入力してください。"}),
        ({"name": " \u3000"}, {"name": "氏名を入力してください。"}),
        ({"role": "c"}, {"role": "種類を選んでください。"}),
        ({"office": ""}, {"office": "事業所を選んでください。"}),
        (
            {"password_again": "pass"},
            {"password_again": "「パスワード」と同じものを、もう一度入力してください。"},
        ),
        (
            {"password": "", "password_again": ""},
            {
                "password": "パスワードを入力してください。",
                "password_again": "パスワード（確認）を入力してください。",
            },
        ),
    ],
)
def test_a_fault_stands_at_its_field(request_of: Request, fields: dict[str, str], faults: dict[str, str]) -> None:
    found = typed(request_of, **fields)
    assert found.faults == faults and found.status == 422
    assert found.summary is not None and found.summary.what == "まだ受け付けていません。"


def test_boxes_are_read_by_their_choice(request_of: Request) -> None:
    found = typed(request_of, **boxes("permission", frozenset({"x"})), emergency="on")
    assert found.ticked("permission") == {"x"} and found.is_ticked("emergency")
    assert typed(request_of, **{"permission.x": "off"}).ticked("permission") == frozenset()
    assert typed(request_of)["nothing"] == ""


def test_a_refusal_stands_at_the_field_that_it_names(request_of: Request) -> None:
    error = Refused(Why.INVALID, "name.length", {"field": "name"})
    found = refused(request_of, FORM, typed(request_of), error)
    assert found.faults == {"name": "氏名を入力し直してください。"}
    assert found.summary is not None and found.summary.what == "氏名を受け付けられません。"


def test_a_refusal_about_a_field_of_another_form_stands_at_the_top(request_of: Request) -> None:
    found = refused(request_of, FORM, typed(request_of), Refused(Why.INVALID, "kana.signs", {"field": "kana"}))
    assert found.faults == {} and found.summary is not None and "カナ" in found.summary.what


def test_a_wrong_password_stands_at_the_password_in_words_for_inside_and_outside(request_of: Request) -> None:
    error = Refused(Why.WRONG_SECRET, "door.wrong_password", {"left": "3"})
    inside = refused(request_of, FORM, typed(request_of), error)
    request_of.token = ""
    outside = refused(request_of, FORM, typed(request_of), error)
    assert set(inside.faults) == set(outside.faults) == {"password"}
    assert inside.summary is not None and outside.summary is not None
    assert "一致しません" in inside.summary.what and "ログインできませんでした" in outside.summary.what


def test_what_was_typed_is_not_shown_in_a_log(request_of: Request) -> None:
    assert "Pass" not in repr(typed(request_of))


@pytest.mark.parametrize(
    ("name", "shape"),
    [("present", Shape.SECRET), ("answer", Shape.CODE), ("password", Shape.TEXT), ("code", Shape.FIXED)],
)
def test_the_name_of_a_secret_says_so(name: str, shape: Shape) -> None:
    with pytest.raises(ValueError, match=name):
        Field(name, "名", shape=shape)
    assert Field("name", "名").comes_back and not replace(FORM.fields[2]).comes_back


def test_secrets_are_not_kept() -> None:
    fields = {"name": "a", "password": "b", "password_again": "c", "zip_password": "d", "code": "e", "command": "f"}
    assert kept_fields(fields) == {"name": "a", "command": "f"}
    assert not is_secret("short_name") and not is_secret("contract_number")


async def test_secrets_never_come_back_into_a_page(portal: Browser) -> None:
    portal.sign_in()
    secret = "Kaede-2026-secret"
    own = {"login": "abcUser01", "present_password": secret, "password": secret, "password_again": secret}
    portal.vault.refusal[m.ChangePassword] = Refused(Why.CONFLICT)
    page = await portal.post("/own/password", {**own, "form": portal.form})
    assert page.status == 409 and secret not in page.text and 'value="abcUser01"' in page.text


@pytest.mark.parametrize("why", sorted(SHOWN_AGAIN))
async def test_whatever_may_pass_keeps_what_was_typed(portal: Browser, why: Why) -> None:
    portal.sign_in()
    portal.vault.refusal[m.ChangeOwn] = Refused(why)
    own = {"name": "山田 <次郎>", "kana": "ヤマダ ジロウ", "command": "c" * 26}
    page = await portal.post("/own/name", {**own, "form": portal.form})
    assert page.status >= 400 and 'value="山田 &lt;次郎&gt;"' in page.text
    assert f'name="command" value="{"c" * 26}"' in page.text, "the repeat is the same command"
    assert f'name="form" value="{portal.form}"' in page.text


@pytest.mark.parametrize("why", sorted(set(Why) - SHOWN_AGAIN - {Why.NOT_SIGNED_IN}))
async def test_whatever_has_nothing_to_do_with_the_form_is_a_page_of_its_own(portal: Browser, why: Why) -> None:
    portal.sign_in()
    portal.vault.refusal[m.ChangeOwn] = Refused(why)
    page = await portal.post("/own/name", {"name": "a", "kana": "b", "form": portal.form})
    assert page.status >= 400 and "お問い合わせ番号" in page.text


@pytest.mark.parametrize("path", ["/own/name", "/own/password", "/users/new", "/own/mail"])
async def test_each_form_is_another_command(portal: Browser, path: str) -> None:
    portal.sign_in()
    commands = set()
    for _ in range(2):
        commands |= set(re.findall(r'name="command" value="([a-z2-7]{26})"', (await portal.get(path)).text))
    assert len(commands) >= 2


async def test_labels_hints_and_faults_belong_to_their_fields(portal: Browser) -> None:
    portal.sign_in()
    page = (await portal.post("/own/name", {"name": "", "kana": "", "form": portal.form})).text
    assert '<div class="note bad" role="alert" tabindex="-1" autofocus>' in page
    for name in ("name", "kana"):
        assert f'<label for="{name}">' in page and f'<a href="#{name}">' in page
        assert f'aria-invalid="true" aria-describedby="{name}-fault {name}-hint"' in page
        assert f'id="{name}-fault"' in page and f'id="{name}-hint"' in page
