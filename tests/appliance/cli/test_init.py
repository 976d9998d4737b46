# SPDX-License-Identifier: Apache-2.0
"""What `renkei init` makes, that it can be begun again, and that it never overwrites."""

import shutil
import ssl
from pathlib import Path

import pytest

from appliance.cli import init
from appliance.cli.certificates import site_names
from appliance.cli.failure import Failure
from appliance.config.load import load
from appliance.model.words import WEB_SITES
from appliance.vault.journal.note import VerifierKey
from appliance.web.tls import tls_context
from tests.appliance.cli.command import Installation, Ran, renkei


def begun(root: Path, *words: object) -> Ran:
    """Run `renkei init` below root."""
    return renkei("init", "--root", root, "--demo", "--port", 8443, "--metrics", "", *words)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but the record store's, which changes whenever it is opened."""
    found = (path for path in folder.rglob("*") if path.is_file() and "records" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def break_at(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Let this step of init fail, until the end of the context."""

    def broken(*given: object) -> None:
        raise Failure(f"broken at {step}")

    monkeypatch.setattr(init, step, broken)


def test_what_is_made(sown: Installation) -> None:
    modes = {str(path.relative_to(sown.root)): path.stat().st_mode & 0o777 for path in sown.root.rglob("*")}
    secrets = [*init.SECRETS, "authority.key", *(f"tls-{site}.key" for site in WEB_SITES)]
    assert {name: mode for name, mode in modes.items() if name.startswith("credentials/")} == {
        f"credentials/{name}": 0o400 for name in secrets
    }
    assert modes["credentials"] == modes["state/vault"] == 0o700
    assert modes["config.toml"] == modes["certificates/authority.pem"] == 0o644
    assert "config.toml.unfinished" not in modes


def test_the_secrets_are_long_and_differ(sown: Installation) -> None:
    found = {(sown.root / "credentials" / name).read_bytes() for name in init.SECRETS}
    assert len(found) == len(init.SECRETS) and all(len(secret) == 32 for secret in found)


def test_the_configuration_is_what_was_asked_for(folder: Path) -> None:
    name = 'れんけい "第二" \\ 基金\t$x'
    words = ("--fund-name", name, "--fund-number", 654321, "--contact", "課\n電話", "--portal", "::1")
    assert begun(folder, *words).code == 0
    settings = load(folder / "config.toml")
    assert (settings.fund.name, settings.fund.number, settings.fund.contact) == (name, 654321, "課\n電話")
    assert settings.sites.portal.hosts == ("[::1]:8443",)
    assert settings.sites.public.hosts == ("127.0.0.11:8443",)
    assert (settings.fund.public_url, settings.fund.portal_url) == (
        "https://127.0.0.11:8443/",
        "https://[::1]:8443/",
    )
    assert settings.demo.enabled and settings.vault.metrics == ""
    assert {settings.sites.of(site).metrics for site in WEB_SITES} == {""}


def test_letters_and_kits_lead_to_the_sites_by_the_names_that_were_given(folder: Path) -> None:
    assert begun(folder, "--public-name", "Renkei.fund.example.jp", "--portal", "10.1.2.3", "--port", 443).code == 0
    fund = load(folder / "config.toml").fund
    assert (fund.public_url, fund.portal_url) == ("https://renkei.fund.example.jp/", "https://10.1.2.3/")


def test_nothing_but_a_demo_is_one(folder: Path) -> None:
    made = renkei("init", "--root", folder, "--contact", "電話 03-1234-5678")
    assert made.code == 0
    settings = load(folder / "config.toml")
    places = {
        settings.vault.metrics,
        settings.gate.metrics,
        *(settings.sites.of(site).metrics for site in WEB_SITES),
    }
    assert places == {f"127.0.0.1:{port}" for port in range(9611, 9616)}, "each process shows its figures"
    assert "still examples  --fund-name, --fund-number, --staff-name, --staff-mail " in made.out
    settings = load(folder / "config.toml")
    assert not settings.demo.enabled
    assert settings.sites.portal.port == 443 and settings.sites.portal.hosts == ("127.0.0.12",)


def test_a_fund_can_make_kits_for_windows_once_it_has_the_client(folder: Path) -> None:
    made = renkei("init", "--root", folder)
    text = (folder / "config.toml").read_text("utf-8")
    assert text.endswith("add-client FILE\n[plugins.kit_windows]\n")
    assert "kit_windows" in load(folder / "config.toml").plugins
    assert f"renkei kit add-client FILE --config {folder}/config.toml\n" in made.out


@pytest.mark.parametrize("is_demo", [True, False])
def test_a_demo_has_none_nor_who_has_not_the_plugin(
    folder: Path, monkeypatch: pytest.MonkeyPatch, is_demo: bool
) -> None:
    if not is_demo:
        monkeypatch.setattr("appliance.cli.init.installed", list)
    ran = begun(folder) if is_demo else renkei("init", "--root", folder)
    assert ran.code == 0 and "add-client" not in ran.out
    assert "kit_windows" not in load(folder / "config.toml").plugins


def test_the_template_names_only_keys_that_are_used(sown: Installation) -> None:
    assert "$" not in sown.config.read_text("utf-8")
    assert load(sown.config).plugins.keys() >= {"policy_permissions", "policy_hours", "otp_email", "otp_totp"}


@pytest.mark.parametrize("site", WEB_SITES)
def test_each_site_can_use_its_certificate(sown: Installation, site: str) -> None:
    key = (sown.root / "credentials" / f"tls-{site}.key").read_bytes()
    assert isinstance(tls_context(sown.root / "certificates" / f"{site}.pem", key), ssl.SSLContext)


def test_the_verifier_key_is_told(sown: Installation) -> None:
    assert VerifierKey.parse(sown.verifier)
    assert sown.verifier.startswith("renkei-gateway/123456+")


def test_people_are_told_what_to_do_next(folder: Path) -> None:
    ran = begun(folder, "--staff", "yamada")
    assert ran.code == 0 and ran.err == ""
    lines = {line.partition(" ")[0]: line for line in ran.out.splitlines()}
    assert "yamada" in lines["first"] and "(shown this once)" in lines["its"]
    steps = [line.strip() for line in ran.out.partition("next:")[2].strip().splitlines()]
    assert steps[0] == f"1. renkei check --config {folder}/config.toml"
    assert [step for step in steps if "trusted.pem" in step and "authority.pem" in step]
    assert [step for step in steps if "second person" in step] and [step for step in steps if "mail server" in step]
    assert "https://127.0.0.13:8443/" in ran.out and "renkei-gateway/123456+" in lines["journal's"]


def test_an_installation_is_never_overwritten(made: Installation) -> None:
    before = files(made.root)
    ran = begun(made.root)
    assert ran.code == 1
    assert ran.said == f"{made.config} is there already; init never overwrites an installation"
    assert files(made.root) == before


def test_data_without_a_configuration_is_never_overwritten(made: Installation) -> None:
    made.config.unlink()
    before = files(made.root)
    ran = begun(made.root)
    assert ran.code == 1 and ran.said.startswith(f"{made.root}/state/vault holds data")
    assert files(made.root) == before


@pytest.mark.parametrize(
    "step", ["make_secrets", "make_certificates", "refuse_impossible", "first_account", "sync_folder"]
)
def test_what_was_broken_off_can_be_begun_again(folder: Path, step: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        break_at(patched, step)
        assert begun(folder).said == f"broken at {step}"
    if step == "sync_folder":  # it was in its place already
        (folder / "config.toml").rename(folder / "config.toml.unfinished")
    kept = {name: content for name, content in files(folder / "credentials").items() if name in init.SECRETS}
    again = begun(folder, "--json")
    assert again.code == 0
    assert files(folder / "credentials").items() >= kept.items()
    assert renkei("check", "--config", folder / "config.toml").code == 0


def test_the_account_of_a_broken_init_is_made_anew(made: Installation) -> None:
    """Its password was never shown; the vault's folder is cleared, and the account can be made once more."""
    made.config.rename(made.root / "config.toml.unfinished")
    again = begun(made.root, "--json")
    assert again.code == 0 and again.json["login"] == made.login
    assert again.json["password"] != made.password
    assert again.json["verifier"] == made.verifier


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--portal", "portal.example.jp"), 2, "argument --portal: invalid address value"),
        (("--public", "127.0.0.999"), 2, "argument --public: invalid address value"),
        (("--port", "https"), 2, "argument --port: invalid int value"),
        (("--port", 70000), 1, "`port` must be from 0 to 65535, not 70000"),
        (("--fund-number", 1), 1, "the number of the fund has six or seven digits"),
        (("--portal", "127.0.0.11"), 1, "sites.portal.port and sites.public.port both want 127.0.0.11:8443"),
        (("--metrics", "9611"), 1, "vault.metrics: '9611' is not host:port"),
        (("--metrics", "127.0.0.13:8443"), 1, "both want 127.0.0.13:8443"),
        (("--staff", "a b"), 1, "the login of the fund's staff has 3 to 32 letters"),
        (("--config", "x.toml"), 2, "init makes its own configuration"),
    ],
)
def test_what_cannot_work_is_refused(folder: Path, words: tuple[object, ...], code: int, said: str) -> None:
    ran = begun(folder, *words)
    assert ran.code == code and said in ran.err.splitlines()[-1]
    assert not (folder / "config.toml").exists()
    assert begun(folder).code == 0


def test_a_folder_that_cannot_be_made(folder: Path) -> None:
    (folder / "file").touch()
    ran = begun(folder / "file")
    assert ran.code == 1 and ran.said.startswith(f"{folder}/file")


def test_keys_that_were_put_there_are_used(folder: Path) -> None:
    (folder / "credentials").mkdir()
    (folder / "credentials" / "journal.key").write_bytes(b"k" * 32)
    (folder / "credentials" / "journal.key").chmod(0o400)
    assert begun(folder).code == 0
    assert (folder / "credentials" / "journal.key").read_bytes() == b"k" * 32


def test_a_key_that_others_may_read_is_refused(folder: Path) -> None:
    (folder / "credentials").mkdir()
    (folder / "credentials" / "pepper.key").write_bytes(b"k" * 32)
    (folder / "credentials" / "pepper.key").chmod(0o444)
    assert "others may read it (mode 0444)" in begun(folder).said


def test_the_certificate_of_a_site_is_for_its_address(sown: Installation) -> None:
    portal = sown.settings.sites.portal
    assert len(site_names(portal.address, portal.hosts)) == 1


STORES = """\
# Where this fund keeps its things: the $ and {} here are nobody's.
[plugins.records_lmdb]
path = "{folder}/elsewhere/records"
map_gib = 1

[plugins.blobs_files]
path = "{folder}/elsewhere/blobs"
"""


def with_stores(folder: Path, text: str | bytes) -> Ran:
    """Run `renkei init` with a file of stores."""
    file = folder / "stores.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    (folder / "elsewhere").mkdir()
    return begun(folder / "root", "--stores", file)


def test_other_stores_take_the_place_of_the_default(folder: Path) -> None:
    text = STORES.replace("{folder}", str(folder))
    assert with_stores(folder, b"\xef\xbb\xbf" + text.encode()).code == 0
    plugins = load(folder / "root" / "config.toml").plugins
    assert {name for name in plugins if name.startswith(("records_", "blobs_"))} == {"records_lmdb", "blobs_files"}
    assert plugins["records_lmdb"] == {"path": f"{folder}/elsewhere/records", "map_gib": 1}
    assert (folder / "elsewhere" / "records" / "data.mdb").exists()
    assert not (folder / "root" / "state" / "vault" / "records").exists()
    assert text in (folder / "root" / "config.toml").read_text("utf-8")


def test_stores_that_somebody_uses_are_not_taken(folder: Path) -> None:
    text = STORES.replace("{folder}", str(folder))
    assert with_stores(folder, text).code == 0
    before = files(folder / "elsewhere")
    (folder / "root").rename(folder / "kept")
    (folder / "root").mkdir()
    (folder / "kept" / "credentials").rename(folder / "root" / "credentials")
    ran = begun(folder / "root", "--stores", folder / "stores.toml")
    assert ran.code == 1 and ran.said.startswith("the stores are not empty: name empty ones")
    assert files(folder / "elsewhere") == before
    shutil.rmtree(folder / "elsewhere" / "records")
    assert begun(folder / "root", "--stores", folder / "stores.toml").code == 0


def test_a_blob_of_somebody_is_not_swept(folder: Path) -> None:
    blob = folder / "elsewhere" / "blobs" / "b" / "b" / ("b" * 26)
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"somebody's")
    file = folder / "stores.toml"
    file.write_text(STORES.replace("{folder}", str(folder)))
    assert begun(folder / "root", "--stores", file).said.startswith("the stores are not empty")
    assert blob.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no table [plugins.…]"),
        ("plugins = 1", "there is no table [plugins.…]"),
        ("[plugins]", "there is no table [plugins.…]"),
        ("[plugins.records_lmdb", "not TOML"),
        (b"# \xff", "not UTF-8 at byte 2"),
        ("[vault]\n" + STORES, "`vault` is no store"),
        (STORES.replace("map_gib", "map_gb"), "unknown key `map_gb`; did you mean `map_gib`?"),
        (STORES.replace("records_lmdb", "records_lmbd"), "it is configured and not installed"),
        (STORES.replace("[plugins.blobs_files]", "[plugins.policy_permissions]"), "Cannot declare"),
        (STORES.partition("\n\n")[0], "it names no blob store, not 1"),
        (STORES.partition("\n\n")[2], "it names no record store, not 1"),
        ("plugins.records_lmdb = {}\nplugins.blobs_files = {}", "begin each table with [plugins.NAME]"),
    ],
)
def test_stores_that_are_none(folder: Path, text: str | bytes, said: str) -> None:
    ran = with_stores(folder, text)
    assert ran.code == 1 and said in ran.said
    assert not (folder / "root").exists()


def test_a_plugin_that_is_no_store_is_none(folder: Path) -> None:
    plugins = folder / "root" / "plugins.d"
    plugins.mkdir(parents=True, mode=0o755)
    code = "from appliance.contracts.plugin import Plugin, hookimpl\n\n\nclass Lunch(Plugin):\n"
    hook = "    @hookimpl\n    def register_policy(self):\n        return []\n"
    (plugins / "policy_lunch.py").write_text(f'TIER = "vault"\n{code}{hook}')
    ran = with_stores(folder, f"{STORES}\n[plugins.policy_lunch]\n")
    assert ran.code == 1 and "policy_lunch is no store" in ran.said


def test_a_file_of_stores_that_is_not_there(folder: Path) -> None:
    ran = begun(folder / "root", "--stores", folder / "none.toml")
    assert ran.code == 1 and ran.said == f"{folder}/none.toml: No such file or directory"


def test_without_root_nobody_answers_questions_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*given: object) -> None:
        raise AssertionError("a question")

    monkeypatch.setattr("appliance.cli.answers.settle", asked)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    ran = renkei("init")
    assert ran.code == 1 and "sudo renkei init" in ran.said
