# SPDX-License-Identifier: Apache-2.0
"""The fixed table of files."""

import gzip
from pathlib import Path

import pytest

from appliance.web.language import Language
from appliance.web.static import FOLDER, Assets, lighter, shipped_assets, spoken_script
from tests.appliance.web.conftest import Browser


async def test_the_name_with_the_hash_is_kept_for_ever(public: Browser) -> None:
    lasting = public.website.house.assets.paths[Language.JAPANESE]["renkei.css"]
    answer = await public.get(lasting)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_plain_name_is_asked_for_again_and_costs_nothing_then(public: Browser) -> None:
    first = await public.get("/static/sending.js")
    assert first.headers["Cache-Control"] == "no-cache"
    again = await public.get("/static/sending.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


async def test_a_file_goes_out_packed_to_who_understands_that(public: Browser) -> None:
    packed = await public.get("/static/renkei.css", headers={"Accept-Encoding": "br, gzip"})
    plain = await public.get("/static/renkei.css", headers={"Accept-Encoding": "identity"})
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert "Content-Encoding" not in plain.headers and gzip.decompress(packed.body) == plain.body
    assert int(packed.headers["Content-Length"]) < len(plain.body) / 2 == int(plain.headers["Content-Length"]) / 2
    assert packed.headers["ETag"] != plain.headers["ETag"]
    known = {"If-None-Match": packed.headers["ETag"]}
    assert (await public.get("/static/renkei.css", headers=known)).status == 304
    assert (await public.get("/static/renkei.css", headers={**known, "Accept-Encoding": "identity"})).status == 200


async def test_a_page_is_never_packed(public: Browser) -> None:
    answer = await public.get("/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers, "what is typed could be told from its length (BREACH)"


@pytest.mark.parametrize("path", ["/static/", "/static/site.py", "/static/x.css", "/static", "/static/renkei.css/"])
async def test_nothing_else_is_there(public: Browser, path: str) -> None:
    assert (await public.get(path)).status == 404


def test_a_changed_file_has_another_name(tmp_path: Path) -> None:
    file = tmp_path / "a.css"
    file.write_text("a {}")
    (tmp_path / "secret.key").write_text("no")
    before = Assets(tmp_path)
    file.write_text("b {}")
    after = Assets(tmp_path)
    assert before.paths[Language.ENGLISH]["a.css"] != after.paths[Language.ENGLISH]["a.css"]
    assert after.get(before.paths[Language.JAPANESE]["a.css"]) is None
    assert list(after.paths[Language.JAPANESE]) == ["a.css"]


def test_a_script_has_its_texts_in_the_language(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('say(_("送信しています"), "a", `${_("届書")}`); // _("x")')
    (tmp_path / "b.js").write_text("go();")
    assets = Assets(tmp_path)
    paths = {language: assets.paths[language]["a.js"] for language in Language}
    bodies = {language: found.body.decode() for language, path in paths.items() if (found := assets.get(path))}
    assert bodies[Language.JAPANESE] == 'say("送信しています", "a", `${"届書"}`); // "x"'
    assert bodies[Language.ENGLISH] == 'say("Sending", "a", `${"Filings"}`); // "x"'
    # What says nothing is one file for all.
    assert len({assets.paths[language]["b.js"] for language in Language}) == 1
    plain = assets.get("/static/a.js")
    assert plain is not None and plain.body.decode() == bodies[Language.JAPANESE]


def test_a_text_is_a_literal_whatever_is_in_it() -> None:
    assert spoken_script(r'_("a \"quoted\" \\ {name}")', Language.ENGLISH) == r'"a \"quoted\" \\ {name}"'
    # Only whole literals: nothing is exchanged in the middle of a program.
    for script in ("_(name)", "a_(1)", "x._(`a`)", "_('a')"):
        assert spoken_script(script, Language.ENGLISH) == script


def test_remarks_and_indents_stay_at_home_and_the_licence_goes_along() -> None:
    script = '// SPDX-License-Identifier: x\n// why\nif (a) {\n  // here\n  b("//c"); // there\n}\n'
    assert lighter(script, ".js") == '// SPDX-License-Identifier: x\nif (a) {\nb("//c"); // there\n}\n'
    sheet = "/* SPDX-License-Identifier: x */\n/* why\n   so */\na {\n  b: c;\n}\n"
    assert lighter(sheet, ".css") == "/* SPDX-License-Identifier: x */\na {\nb: c;\n}\n"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.js")), ids=lambda file: file.name)
def test_no_text_of_a_script_goes_over_several_lines(file: Path) -> None:
    assert [line for line in file.read_text("utf-8").splitlines() if line.count("`") % 2] == []


def test_the_sites_of_a_process_share_their_files() -> None:
    assert shipped_assets() is shipped_assets()
    assert shipped_assets().paths == Assets().paths
