# SPDX-License-Identifier: Apache-2.0
"""The users of an office at the portal, through the real vault."""

import pytest

from appliance.model.journal import Kind, Result
from appliance.model.things import Account
from appliance.model.words import PRESETS, AccountState, Permission, Role
from appliance.vault.records.tables import accounts
from tests.appliance.vault.people.folk import first_user, user_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader

SHIKO = {"login": "sharoshi1", "name": "社労 士子", "kana": "シャロウ シコ", "mail": "shiko@example.jp"}


async def logins(world: World, admin: Person) -> dict[str, Account]:
    """The users of the office, by login."""
    found = await world.core.read(lambda snapshot: accounts.scan(snapshot, "office", (admin.office,)))
    return {account.login: account for account in found}


async def test_the_list_shows_everybody_and_how_many_more_there_may_be(reader: Reader, admin: Person) -> None:
    user = await first_user(admin)
    page = await reader.be(admin.token).see("/users")
    for shown in ("Sakura01", "管理者", "利用中", "Tanaka02", "初回ログイン待ち", "未確認", "あと 1 人"):
        assert shown in page.text, shown
    assert f"/users/{user.account}" in page.page.links and f"/users/{admin.account}" not in page.page.links


async def test_with_all_seats_taken_nobody_is_offered_to_be_added(reader: Reader, admin: Person) -> None:
    page = await reader.be(admin.token).see("/users/new")
    for login in ("Tanaka02", "Tanaka03"):
        await first_user(admin, login)
    assert not [link for link in (await reader.see("/users")).page.links if link.startswith("/users/new")]
    page = await reader.fill(page, "/users/new", **SHIKO)
    assert page.status == 409 and "3 人まで" in page.text and 'value="sharoshi1"' in page.html


@pytest.mark.parametrize(
    ("query", "role"),
    [("", Role.OFFICE_STAFF), ("?role=sharoshi", Role.SHAROSHI), ("?role=office_admin", Role.OFFICE_STAFF)],
)
async def test_the_form_begins_with_the_preset_of_the_role(
    reader: Reader, admin: Person, query: str, role: Role
) -> None:
    fields = (await reader.be(admin.token).see("/users/new" + query)).page.form("/users/new").fields
    ticked = {name.removeprefix("permission.") for name in fields if name.startswith("permission.")}
    assert fields["role"] == role and ticked == set(PRESETS[role])


async def test_a_user_is_added_once_with_the_boxes_that_are_ticked(
    reader: Reader, world: World, admin: Person
) -> None:
    form = (await reader.be(admin.token).see("/users/new?role=sharoshi")).page.form("/users/new")
    fields = {**form.fields, **SHIKO}
    del fields["permission.cancel"]
    sheets = [await reader.post("/users/new", fields) for _ in range(2)]
    assert sheets[0].page.secret == sheets[1].page.secret != ""
    for shown in ("社労 士子 様", "sharoshi1", "123456-0000001", "一度だけ表示されます"):
        assert shown in sheets[1].text, shown
    added = (await logins(world, admin))["sharoshi1"]
    assert added.permissions == PRESETS[Role.SHAROSHI] - {Permission.CANCEL}
    assert len(await world.journal(Kind.ACCOUNT_ADDED)) == 1


@pytest.mark.parametrize(
    ("changed", "faulty"),
    [
        ({"login": "short"}, "login"),
        ({"login": "ｓｈａｒｏｓｈｉ１"}, "login"),
        ({"login": "sharoshi\u200b1"}, "login"),
        ({"login": "Sakura01"}, "login"),
        ({"name": ""}, "name"),
        ({"kana": "シャロウシコ"}, "kana"),
        ({"mail": "shiko"}, "mail"),
        ({"role": ""}, "role"),
        ({"role": "office_admin"}, "role"),
        ({"role": "fund_clerk"}, "role"),
    ],
)
async def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    reader: Reader, world: World, admin: Person, changed: dict[str, str], faulty: str
) -> None:
    page = await reader.be(admin.token).see("/users/new?role=sharoshi")
    typed = {**SHIKO, **changed}
    page = await reader.fill(page, "/users/new", **typed)
    assert page.status in (409, 422) and f'id="{faulty}-fault"' in page.html
    fields = page.page.form("/users/new").fields
    assert {name: fields[name] for name in SHIKO} == {name: typed[name] for name in SHIKO}
    assert "permission.cancel" in fields and "permission.approve" not in fields
    assert len(await logins(world, admin)) == 1


async def test_a_box_that_we_do_not_have_gives_nothing(reader: Reader, world: World, admin: Person) -> None:
    page = await reader.be(admin.token).see("/users/new?role=sharoshi")
    await reader.post("/users/new", {**page.page.form("/users/new").fields, **SHIKO, "permission.everything": "on"})
    assert (await logins(world, admin))["sharoshi1"].permissions == PRESETS[Role.SHAROSHI]


async def test_notes_are_told_on_the_sheet(reader: Reader, admin: Person) -> None:
    page = await reader.be(admin.token).see("/users/new?role=sharoshi")
    given = {**SHIKO, "mail": "hana@example.jp", "permission.approve": "on"}
    sheet = await reader.fill(page, "/users/new", **given)
    assert "同じメールアドレスを" in sheet.text and "承認または配信の権限" in sheet.text


async def test_rights_are_changed_and_put_back_to_the_preset(reader: Reader, world: World, admin: Person) -> None:
    user = await user_of(admin)
    path = f"/users/{user.account}"
    form = (await reader.be(admin.token).see(path)).page.form(path)
    assert form.fields["mail"] == "tanaka@example.jp"
    del form.fields["permission.deliver"]
    page = await reader.follow(await reader.post(path, {**form.fields, "name": "田中 次郎"}))
    assert "利用者の情報を変更しました。" in page.text and "田中 次郎" in page.text
    changed = await world.account(user)
    assert changed.permissions == frozenset(Permission) - {Permission.DELIVER}
    assert "permission.deliver" in (await reader.see(path + "?preset=1")).page.form(path).fields


async def test_a_change_that_is_refused_keeps_what_was_typed(reader: Reader, admin: Person) -> None:
    user = await first_user(admin)
    path = f"/users/{user.account}"
    page = await reader.fill(await reader.be(admin.token).see(path), path, kana="カナ", mail="new@example.jp")
    assert page.status == 422 and 'id="kana-fault"' in page.html
    assert page.page.form(path).fields["mail"] == "new@example.jp"


async def test_a_confirmed_address_is_shown_and_not_changed(reader: Reader, world: World, admin: Person) -> None:
    user = await first_user(admin)
    path = f"/users/{user.account}"
    await user.sign_in()
    page = await reader.be(admin.token).see(path)
    assert "確認済みのため" in page.text and "readonly" in page.html
    page = await reader.fill(page, path, mail="other@example.jp")
    assert page.status == 422 and "ご本人が確認を済ませた" in page.text


async def test_a_password_is_reset_once_and_shown(reader: Reader, world: World, admin: Person) -> None:
    user = await user_of(admin)
    path = f"/users/{user.account}/password"
    page = await reader.be(admin.token).see(path)
    assert await world.journal(Kind.PASSWORD_RESET) == [], "a page that asks does nothing"
    sheets = [await reader.fill(page, path) for _ in range(2)]
    assert sheets[0].page.secret == sheets[1].page.secret != "" and "Tanaka02" in sheets[0].text
    assert len(await world.journal(Kind.PASSWORD_RESET)) == 1
    assert (await world.account(user)).state is AccountState.FIRST


async def test_a_user_is_removed_after_a_question(reader: Reader, world: World, admin: Person) -> None:
    user = await user_of(admin)
    path = f"/users/{user.account}/remove"
    page = await reader.be(admin.token).see(path)
    assert "元に戻すには" in page.text
    for _ in range(2):
        sent = await reader.fill(page, path)
    page = await reader.follow(sent)
    assert "利用者を削除しました。" in page.text and "Tanaka02" not in page.text
    assert (await reader.see(f"/users/{user.account}")).status == 404


@pytest.mark.parametrize("end", ["", "/remove", "/password"])
async def test_the_admin_and_strangers_are_not_to_be_found(reader: Reader, admin: Person, end: str) -> None:
    reader.be(admin.token)
    for account in (admin.account, "a" * 26, "nonsense"):
        assert (await reader.see(f"/users/{account}{end}")).status == 404


@pytest.mark.parametrize("path", ["/users", "/users/new"])
async def test_nobody_but_the_admin_sees_them(reader: Reader, world: World, admin: Person, path: str) -> None:
    user = await user_of(admin)
    answer = await reader.be(user.token).see(path)
    assert answer.status == 403 and "この操作は管理者だけができます" in answer.text
    assert [e.result for e in await world.journal(Kind.ACCOUNT_LIST_READ)] == [Result.REFUSED]
