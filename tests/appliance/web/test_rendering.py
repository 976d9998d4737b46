# SPDX-License-Identifier: Apache-2.0
"""Templates."""

from dataclasses import replace
from pathlib import Path

import jinja2
import pytest

from appliance.config.settings import Demo
from appliance.model.time import MINUTE
from appliance.model.words import Site
from appliance.web.language import Language, speak
from appliance.web.rendering import Templates, Top, top_of
from appliance.web.static import Assets, shipped_assets
from tests.appliance.web.conftest import SETTINGS, Browser, Opening
from tests.appliance.web.fake_vault import Answered, FakeVault


def templates(folder: Path, text: str) -> Templates:
    """One template."""
    (folder / "a.html").write_text(text)
    return Templates(Site.PORTAL, SETTINGS, Assets(), folder)


def test_everything_is_escaped(tmp_path: Path) -> None:
    assert templates(tmp_path, "{{ x }}").render("a", x="<&\"'>") == b"&lt;&amp;&#34;&#39;&gt;"


def test_an_unknown_name_is_an_error_not_nothing(tmp_path: Path) -> None:
    with pytest.raises(jinja2.UndefinedError):
        templates(tmp_path, "{{ x.y }}").render("a", x={})


def test_a_broken_template_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(jinja2.TemplateError):
        templates(tmp_path, "{% if %}")


def test_there_is_no_page_but_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        templates(tmp_path, "").render("../secret")


def test_the_top_names_visitor_and_what_is_left() -> None:
    vault = FakeVault()
    visitor = vault.visits[vault.visit()]
    vault.clock.move(80 * MINUTE)
    top = top_of(Answered(None, visitor, vault.clock.now(), False))
    now = vault.clock.now()
    left = 10 * MINUTE
    assert top == Top("株式会社ABC商事", "山田 太郎", visitor.form, "10分", "11:30", "", now, left, visitor.role)
    assert top.signed_in and not Top().signed_in


async def test_the_last_ten_minutes_of_a_visit_are_announced(portal: Browser) -> None:
    portal.sign_in()
    before = (await portal.get("/notices")).text
    assert 'data-visit-left="5400000"' in before and "visit." in before
    assert '<p class="ending" role="status" data-visit-notice hidden></p>' in before
    portal.vault.clock.move(81 * MINUTE)
    after = (await portal.get("/notices")).text
    assert "ログインの有効時間は、11:30 に終わります。" in after
    assert 'data-visit-left="540000"' in after and "data-visit-notice>" in after


async def test_nothing_is_counted_down_for_nobody(portal: Browser) -> None:
    page = (await portal.get("/sign-in")).text
    assert "data-visit" not in page and "visit." not in page


def test_nobody_has_only_the_demo_line() -> None:
    now = FakeVault().clock.now()
    assert top_of(Answered(None, None, now, True)) == Top(demo="2026年6月9日(火) 10:00", demo_now=now)


@pytest.mark.parametrize("enabled", [True, False])
async def test_pages_without_the_vault_say_demo_too(open_site: Opening, enabled: bool) -> None:
    browser = await open_site(Site.PORTAL, demo=replace(Demo(), enabled=enabled))
    assert ("デモ環境です" in (await browser.get("/sign-in")).text) == enabled


def test_a_template_is_compiled_once_for_all_sites_and_again_when_it_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str | None] = []
    whole = jinja2.Environment.compile

    def noted(
        self: jinja2.Environment, source: str, name: str | None = None, filename: str | None = None
    ) -> object:
        compiled.append(name)
        return whole(self, source, name, filename)

    monkeypatch.setattr(jinja2.Environment, "compile", noted)
    (tmp_path / "a.html").write_text("{{ site }}")
    pages = [Templates(site, SETTINGS, Assets(), tmp_path).render("a") for site in (Site.PORTAL, Site.CONSOLE)]
    assert pages == [b"portal", b"console"]
    assert compiled == ["a.html"]
    assert templates(tmp_path, "changed").render("a") == b"changed"


def test_the_sites_of_a_process_read_the_pages_of_the_program_once(monkeypatch: pytest.MonkeyPatch) -> None:
    Templates(Site.PORTAL, SETTINGS, shipped_assets())

    def read(self: Path, *given: object) -> str:
        raise AssertionError(f"{self} is read again")

    monkeypatch.setattr(Path, "read_text", read)
    assert b"</html>" in Templates(Site.CONSOLE, SETTINGS, shipped_assets()).render(
        "signed_out", top=Top(), cuts=False
    )


def test_a_broken_template_stops_every_start(tmp_path: Path) -> None:
    for _ in range(2):
        test_a_broken_template_stops_the_start(tmp_path)


def test_another_language_is_compiled_from_the_text_of_the_start(tmp_path: Path) -> None:
    made = templates(tmp_path, "{{ language }} before")
    (tmp_path / "a.html").write_text("{{ language }} after an upgrade")
    speak(Language.ENGLISH)
    try:
        assert made.render("a").decode() == "en before"
    finally:
        speak(Language.JAPANESE)


def test_another_language_is_compiled_when_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "_parts.html").write_text(
        '{% macro part() %}<b title="届書">{{ _("{count} 件あります。", count=2) }}</b>{% endmacro %}'
    )
    made = templates(tmp_path, '{{ language }} {{ part() }} {{ "帳票" if x }}')
    assert made.render("a", x=True).decode() == 'ja <b title="届書">2 件あります。</b> 帳票'
    speak(Language.ENGLISH)
    try:
        assert made.render("a", x=True).decode() == 'en <b title="Filings">2 found.</b> Notice'
        with pytest.raises(KeyError):
            made.render("../secret")
    finally:
        speak(Language.JAPANESE)
