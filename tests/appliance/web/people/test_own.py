# SPDX-License-Identifier: Apache-2.0
"""One's own data, through the real vault."""

from appliance.model.journal import Kind
from appliance.model.words import Site
from appliance.vault.letters import LetterKind
from tests.appliance.vault.people.folk import OWN, staff_of, user_of
from tests.appliance.vault.people.test_visit_list import another_visit
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Opening
from tests.appliance.web.portal_with_vault import code_in
from tests.appliance.web.whole import Reader, site_of

FRESH = "Momiji-2026"
CHANGED = {"present_password": OWN, "password": FRESH, "password_again": FRESH}


async def test_the_page_shows_what_is_kept_and_the_ways_to_change_it(reader: Reader, admin: Person) -> None:
    page = await reader.be(admin.token).see("/own")
    for shown in ("Sakura01", "佐倉 花子（サクラ ハナコ）", "hana@example.jp", "管理者", "123456-0000001", "3 台"):
        assert shown in page.text, shown
    assert {"/own/name", "/own/mail", "/own/password", "/users", "/zip-password"} <= set(page.page.links)


async def test_only_the_admin_is_offered_what_the_admin_does(reader: Reader, admin: Person) -> None:
    user = await user_of(admin)
    page = await reader.be(user.token).see("/own")
    assert page.status == 200 and not {"/users", "/zip-password"} & set(page.page.links)


async def test_the_staff_have_the_same_page_without_an_office(open_site: Opening, world: World) -> None:
    console = await site_of(open_site, world, Site.CONSOLE)
    desk = await staff_of(world, "desk")
    page = await console.be(desk.token).see("/own")
    assert "desk@fund.example.jp" in page.text and "契約番号" not in page.text
    page = await console.see("/own/name")
    sent = await console.fill(page, "/own/name", name="窓口 直子")
    assert "氏名を変更しました。" in (await console.follow(sent)).text


async def test_another_name(reader: Reader, admin: Person) -> None:
    page = await reader.be(admin.token).see("/own/name")
    page = await reader.fill(page, "/own/name", name="", kana="カナ")
    assert page.status == 422 and 'id="name-fault"' in page.html
    page = await reader.fill(page, "/own/name", name="佐倉 はな", kana="カナ")
    assert page.status == 422 and 'id="kana-fault"' in page.html
    assert page.page.form("/own/name").fields["name"] == "佐倉 はな"
    sent = await reader.fill(page, "/own/name", kana="ｻｸﾗ ﾊﾅ")
    page = await reader.follow(sent)
    assert "佐倉 はな（サクラ" in page.text and "全角カナに直して" in page.text


async def test_another_password(reader: Reader, world: World, admin: Person) -> None:
    page = await reader.be(admin.token).see("/own/password")
    sent = await reader.fill(page, "/own/password", **CHANGED)
    assert "パスワードを変更しました。" in (await reader.follow(sent)).text
    admin.password = FRESH
    assert (await admin.sign_in()).token


async def test_a_wrong_present_password_is_said_beside_it_in_words_for_somebody_who_is_in(
    reader: Reader, admin: Person
) -> None:
    page = await reader.be(admin.token).see("/own/password")
    page = await reader.fill(page, "/own/password", **{**CHANGED, "present_password": "Wrong-guess-1"})
    assert page.status == 422 and 'id="present_password-fault"' in page.html
    assert (
        "今のパスワード" in page.text and "あと 5 回" in page.text and "ログインできませんでした" not in page.text
    )
    assert "Wrong-guess-1" not in page.html and FRESH not in page.html
    assert page.page.form("/own/password").fields["login"] == "Sakura01"


async def test_a_new_password_that_breaks_a_rule_costs_no_try(reader: Reader, world: World, admin: Person) -> None:
    page = await reader.be(admin.token).see("/own/password")
    page = await reader.fill(page, "/own/password", **{**CHANGED, "password": "abc", "password_again": "abc"})
    assert page.status == 422 and 'id="password-fault"' in page.html
    assert (await world.secret(admin)).lock.failures == 0


async def test_the_mail_address_changes_with_the_code_that_went_there(
    reader: Reader, world: World, admin: Person
) -> None:
    page = await reader.be(admin.token).see("/own/mail")
    assert "/own/mail/code" not in page.page.actions
    page = await reader.follow(await reader.fill(page, "/own/mail", mail="new@example.jp"))
    assert "番号をお送りしました" in page.text and "new@example.jp 確認待ち" in page.text
    page = await reader.fill(page, "/own/mail/code", code="1")
    assert page.status == 422 and 'id="code-fault"' in page.html and "あと 4 回" in page.text
    code = await code_in(world, admin, LetterKind.MAIL_CHANGE_CONFIRM)
    page = await reader.follow(await reader.fill(page, "/own/mail/code", code=code))
    assert "次のログインには、ワンタイムパスワードが必要です。" in page.text and "new@example.jp" in page.text
    assert (await world.account(admin)).mail == "new@example.jp"


async def test_a_mail_address_that_is_none_stays_in_its_field(reader: Reader, admin: Person) -> None:
    page = await reader.be(admin.token).see("/own/mail")
    page = await reader.fill(page, "/own/mail", mail="new@@example")
    assert page.status == 422 and 'value="new@@example"' in page.html


async def test_too_many_codes_are_told_where_they_were_asked_for(reader: Reader, admin: Person) -> None:
    page = await reader.be(admin.token).see("/own/mail")
    await reader.fill(page, "/own/mail", mail="new@example.jp")
    page = await reader.fill(await reader.see("/own/mail"), "/own/mail", mail="newer@example.jp")
    assert page.status == 409 and "1 分に 1 回" in page.text and 'value="newer@example.jp"' in page.html


async def test_another_visit_is_ended_once(reader: Reader, world: World, admin: Person) -> None:
    await another_visit(world, admin, Site.PORTAL)
    page = await reader.be(admin.token).see("/own")
    form = page.page.form("/own/visits/end")
    for _ in range(2):
        sent = await reader.post("/own/visits/end", form.fields)
    page = await reader.follow(sent)
    assert "接続を終了しました。" in page.text and "/own/visits/end" not in page.page.actions
    assert len(await world.journal(Kind.VISIT_ENDED)) == 1


async def test_a_visit_that_is_not_there_is_not_found(reader: Reader, admin: Person) -> None:
    form = (await reader.be(admin.token).see("/own")).page.form("/sign-out").fields["form"]
    assert (await reader.post("/own/visits/end", {"form": form, "visit": "a" * 26})).status == 404


async def test_what_was_typed_outlives_the_visit(reader: Reader, world: World, admin: Person) -> None:
    page = await reader.be(admin.token).see("/own/name")
    await admin.sign_in()
    ended = await reader.fill(page, "/own/name", name="佐倉 はな", kana="サクラ ハナ")
    assert ended.status == 401 and "この画面に残っています" in ended.text
    reader.be(admin.token)
    asked = await reader.fill(ended, "/own/name")
    assert "内容を確かめて、もう一度送信してください。" in asked.text and "開き直して" not in asked.text
    assert asked.status == 403 and asked.page.form("/own/name").fields["name"] == "佐倉 はな"
    assert (await world.account(admin)).name == "佐倉 花子", "nothing is done before it is looked at"
    assert (await reader.fill(asked, "/own/name")).to == "/own?done=own"


async def test_secrets_do_not_outlive_it(reader: Reader, admin: Person) -> None:
    page = await reader.be(admin.token).see("/own/password")
    await admin.sign_in()
    ended = await reader.fill(page, "/own/password", **CHANGED)
    assert ended.status == 401 and OWN not in ended.html and FRESH not in ended.html
