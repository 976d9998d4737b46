# SPDX-License-Identifier: Apache-2.0
"""`renkei doctor`: what is told of a vault that runs and of one that does not, in words and by exit code."""

import json

from appliance.model.health import About
from appliance.model.words import WEB_SITES
from tests.appliance.cli.command import Installation, Ran, Serving

OF_VAULT = set(About) - {About.VAULT, About.CONFIG, About.SITE, About.GATE, About.TUNNEL, About.PLUGIN}


def lights(ran: Ran) -> dict[tuple[str, str], str]:
    """The light of each finding."""
    return {(one["about"], one["which"]): one["light"] for one in ran.json["findings"]}


def test_a_vault_that_runs_tells_how_everything_is(running: Installation) -> None:
    ran = running.renkei("doctor", "--json")
    found = lights(ran)
    assert {about for about, _ in found} >= {about.value for about in OF_VAULT}
    assert found["vault", ""] == found["config", ""] == found["records", ""] == found["blobs", ""] == "green"
    assert (found["journal", ""], found["mail", ""]) == ("green", "yellow")
    assert found["key_copies", ""] == "unknown"
    assert {site.value for site in WEB_SITES} == {which for about, which in found if about == "certificate"}
    assert [found["site", site.value] for site in WEB_SITES] == ["red"] * 3
    assert ran.code == 2 and ran.json["light"] == "red"


def test_who_verifies_the_journal_is_told_so(made: Installation) -> None:
    with Serving(made, "--all"):
        assert "ok      the journal was never verified" in made.renkei("doctor").out.splitlines()
    with Serving(made, "--all"):
        assert made.renkei("journal", "verify").code == 0
        ran = made.renkei("doctor")
    assert "ok      the journal was verified 0 days ago" in ran.out.splitlines()
    assert ran.code == 1 and "BROKEN" not in ran.out
    assert ran.out.startswith("warning no mail server is named")
    assert "ok      the portal site answers" in ran.out


def test_who_answers_at_an_address_that_is_not_ours_is_no_site_of_ours(made: Installation) -> None:
    # Of documentation (RFC 5737); it is not ours, so nothing may be sent there.
    made.replace('address = "127.0.0.12"', 'address = "192.0.2.7"')
    ran = made.renkei("doctor")
    assert "the portal site does not answer: this machine does not have 192.0.2.7" in ran.out


def test_a_vault_that_does_not_run_is_told(made: Installation) -> None:
    ran = made.renkei("doctor", "--json")
    found = {key: light for key, light in lights(ran).items() if key[0] != "site"}
    assert found == {("vault", ""): "red", ("config", ""): "green"} and ran.code == 2
    [vault] = [one for one in ran.json["findings"] if one["about"] == "vault"]
    assert vault["cause"].startswith("the vault does not answer: the vault does not answer: is it running")
    assert vault["fix"] == "`systemctl status renkei-vault`"


def test_a_configuration_that_cannot_work_is_told(made: Installation) -> None:
    made.replace("127.0.0.12", "127.0.0.11")
    (made.root / "credentials" / "master.key").chmod(0o444)
    causes = [one["cause"] for one in made.renkei("doctor", "--json").json["findings"] if one["about"] == "config"]
    assert any("both want 127.0.0.11" in cause for cause in causes)
    assert any("others may read it" in cause for cause in causes)
    made.config.write_text("[fund")
    ran = made.renkei("doctor")
    assert ran.code == 2 and ran.out.startswith("BROKEN  the configuration cannot work: ") and "not TOML" in ran.out


def test_no_secret_is_in_the_report(running: Installation) -> None:
    ran = running.renkei("doctor", "--json")
    secrets = [file.read_bytes() for file in (running.root / "credentials").iterdir()]
    text = json.dumps(ran.json) + ran.err
    assert secrets and not [one for one in secrets if one.hex() in text or one.decode("latin-1") in text]
    assert running.password not in text
