# SPDX-License-Identifier: Apache-2.0
"""What systemd is told of this host is what the configuration says, defaults included."""

import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.config.problems import split_address
from appliance.config.settings import Gate, Settings, Sites, Vault
from appliance.model.words import WEB_SITES, Site
from tests.architecture import tree

GENERATOR = tree.ROOT / "systemd" / "renkei-generator"
HOSTS = """
127.0.0.1 localhost
127.0.1.1 gateway # this machine
192.0.2.25 mail.fund.example.jp  MAIL
2001:db8::25 mail.fund.example.jp
192.0.2.33 ::bad::
broken-line
"""


@dataclass(frozen=True)
class Told:
    """The drop-in of each unit, which units want which, and what was complained of."""

    drop_ins: dict[str, str]
    wants: set[tuple[str, str]]
    said: str

    def listens(self, unit: str) -> str:
        """Where a socket listens."""
        return self.drop_ins[unit].partition("[Socket]\nListenStream=")[2].strip()

    @property
    def reached(self) -> list[str]:
        """With whom the vault may speak, beside its own machine."""
        return re.findall(r"^IPAddressAllow=(.+)$", self.drop_ins["renkei-vault.service"], re.MULTILINE)


def generated(folder: Path, config: str | None) -> Told:
    """What comes of a configuration."""
    text, file, hosts, units = GENERATOR.read_text("utf-8"), folder / "config.toml", folder / "hosts", folder / "u"
    shutil.rmtree(units, ignore_errors=True)
    units.mkdir()
    hosts.write_text(HOSTS)
    if config is not None:
        file.write_text(config, "utf-8")
    for path, other in (
        ("/etc/renkei/config.toml", file),
        ("/etc/hosts", hosts),
        ("/run/renkei-generator.toml", folder / "last"),
        ("/usr/bin/wireguard-go", folder / "wireguard-go"),
        ("/sys/module/wireguard", folder / "in-kernel"),
        ("/lib/modules", folder / "modules"),
    ):
        assert text.count(f'Path("{path}")') == 1
        text = text.replace(f'Path("{path}")', f"Path({str(other)!r})")
    command = [sys.executable, "-I", "-c", text, *[str(units)] * 3]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == ""
    drop_ins = {one.parent.name.removesuffix(".d"): one.read_text("utf-8") for one in units.glob("*.d/*.conf")}
    assert all(f"[Unit]\nSourcePath={file}\n" in text for text in drop_ins.values())
    wants = {(one.parent.name.removesuffix(".wants"), one.name) for one in units.glob("*.wants/*")}
    for one in units.glob("*.wants/*"):
        assert one.readlink().parent == Path("/usr/lib/systemd/system")
        ours = (tree.ROOT / "systemd", tree.ROOT / "systemd" / "engines")
        assert any((folder / one.readlink().name).is_file() for folder in ours), "it leads to a unit of ours"
    return Told(drop_ins, wants, done.stderr)


@pytest.mark.parametrize("site", WEB_SITES)
def test_a_site_of_which_little_is_said_listens_at_its_default(tmp_path: Path, site: Site) -> None:
    told = generated(tmp_path, f'[sites.{site}]\nhosts = ["x"]\n')
    default = Sites().of(site)
    assert split_address(told.listens(f"renkei-web@{site}.socket")) == (default.address, default.port)
    assert {wanted for unit, wanted in told.wants if unit == "renkei.target"} == {f"renkei-web@{site}.service"}


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ('address = "10.0.0.10"', "10.0.0.10:443"),
        ('address = "10.0.0.10"\nport = 8443', "10.0.0.10:8443"),
        ('address = "::1"', "[::1]:443"),
        ("port = 8443", "127.0.0.12:8443"),
    ],
)
def test_a_site_listens_where_the_configuration_says(tmp_path: Path, table: str, place: str) -> None:
    told = generated(tmp_path, f'[sites.portal]\n{table}\nmetrics = "127.0.0.1:9613"\n')
    assert told.listens("renkei-web@portal.socket") == place
    assert told.listens("renkei-web-figures@portal.socket") == "127.0.0.1:9613"
    assert ("renkei-web@portal.service", "renkei-web-figures@portal.socket") in told.wants


@pytest.mark.parametrize("config", ["", "[sites]\n", "[sites.portal]\n[sites.elsewhere]\nport = 1\n"])
def test_a_site_of_which_nothing_is_said_is_not_of_this_host(tmp_path: Path, config: str) -> None:
    told = generated(tmp_path, config)
    assert not [unit for unit in told.drop_ins if unit.startswith("renkei-web")]
    assert not [unit for unit, _ in told.wants if unit == "renkei.target"]


def test_vault_and_gate_show_their_figures_where_the_configuration_says(tmp_path: Path) -> None:
    told = generated(tmp_path, '[gate]\nmetrics = "[::1]:9700"\n')
    assert told.listens("renkei-vault-figures.socket") == Vault().metrics
    assert told.listens("renkei-gate-figures.socket") == "[::1]:9700"
    assert told.wants == {(f"renkei-{one}.service", f"renkei-{one}-figures.socket") for one in ("vault", "gate")}


def test_figures_that_are_switched_off_are_nowhere(tmp_path: Path) -> None:
    told = generated(tmp_path, '[gate]\nmetrics = ""\n[vault]\nmetrics = ""\n[sites.public]\nport = 443\n')
    assert not [unit for unit in told.drop_ins if "figures" in unit]
    assert told.wants == {("renkei.target", "renkei-web@public.service")}


@pytest.mark.parametrize(
    "table",
    [
        '[plugins."x\\nExecStartPre=+/bin/evil\\n#"]\nhost = "192.0.2.25"',
        '[plugins."x\\r\\u2028ExecStartPre=+/bin/evil"]\nhost = "192.0.2.25"',
        '[plugins.x]\nhost = "y\\nExecStartPre=+/bin/evil"',
        '[vault]\nreaches = ["fe80::1%x\\nExecStartPre=evil"]',
        '[vault]\nmetrics = "127.0.0.1:1\\nExecStartPre=+/bin/evil"',
        '[sites.portal]\naddress = "127.0.0.1\\nExecStartPre=+/bin/evil"',
        '[sites.portal]\nport = "1\\nExecStartPre=+/bin/evil"',
    ],
)
def test_no_text_of_the_configuration_becomes_a_line_of_its_own(tmp_path: Path, table: str) -> None:
    told = generated(tmp_path, table + "\n")
    lines = "\n".join(told.drop_ins.values()).splitlines()
    assert not [line for line in lines if "evil" in line and not line.startswith("# ")]


def test_the_defaults_are_those_of_the_settings() -> None:
    text = GENERATOR.read_text("utf-8")
    assert f'FIGURES = {{"vault": "{Vault().metrics}", "gate": "{Gate().metrics}"}}' in text
    for site in WEB_SITES:
        assert f'"{site}": "{Sites().of(site).address}"' in text


@pytest.mark.parametrize(
    ("table", "allowed"),
    [
        ('[plugins.mail_smtp]\nhost = "192.0.2.25"', ["192.0.2.25/32"]),
        ('[plugins.mail_smtp]\nhost = "2001:db8::25"', ["2001:db8::25/128"]),
        ('[plugins.mail_smtp]\nhost = "localhost"', []),
        ('[plugins.mail_smtp]\nhost = "127.0.0.7"', []),
        ('[plugins.mail_smtp]\nhost = "gateway"', []),
        ('[plugins.mail_smtp]\nhost = "mail"', ["192.0.2.25/32"]),
        ('[plugins.mail_smtp]\nhost = "Mail.Fund.example.jp"', ["192.0.2.25/32", "2001:db8::25/128"]),
        ('[plugins.mail_smtp]\nhost = "mail.elsewhere.example.jp"', ["any"]),
        ('[plugins.scan_clamav]\nsocket = "/run/clamav/clamd.ctl"\naddress = ""', []),
        ('[plugins.scan_clamav]\naddress = "192.0.2.7:3310"', ["192.0.2.7/32"]),
        ('[plugins.scan_clamav]\naddress = "[2001:db8::7]:3310"', ["2001:db8::7/128"]),
        ('[plugins.blobs_s3]\nendpoint = "https://192.0.2.8:9000"', ["192.0.2.8/32"]),
        ('[plugins.blobs_s3]\nendpoint = "https://s3.example.jp"', ["any"]),
        ('[plugins.records_postgres]\nconnection = "dbname=renkei"', []),
        ('[plugins.records_postgres]\nconnection = "host=/run/postgresql dbname=renkei"', []),
        (
            '[plugins.records_postgres]\nconnection = "host=mail hostaddr=192.0.2.9"',
            ["192.0.2.25/32", "192.0.2.9/32"],
        ),
        (
            "[plugins.records_postgres]\nconnection = \"dbname=a host='192.0.2.1,192.0.2.2' port=1\"",
            ["192.0.2.1/32", "192.0.2.2/32"],
        ),
        (
            '[plugins.records_postgres]\nconnection = "postgresql://renkei@192.0.2.1:5432,[2001:db8::9]/renkei?a=b"',
            ["192.0.2.1/32", "2001:db8::9/128"],
        ),
        ('[plugins.own]\nserver = "192.0.2.3"\nurl = "https://u:p@192.0.2.4/x"', ["192.0.2.3/32", "192.0.2.4/32"]),
        ('[plugins.own]\npartner = "192.0.2.3"', []),
        ('[vault]\nreaches = ["192.0.2.0/24", "mail"]', ["192.0.2.0/24", "192.0.2.25/32"]),
        ('[vault]\nreaches = ["any"]', ["any"]),
        ('[link]\ngate_address = "192.0.2.5:8443"', ["192.0.2.5/32"]),
        ('[link]\nvault_address = "192.0.2.6:8443"', ["any"]),
    ],
)
def test_the_vault_may_speak_with_whom_the_configuration_names(
    tmp_path: Path, table: str, allowed: list[str]
) -> None:
    told = generated(tmp_path, table)
    assert (told.reached, told.said) == (allowed, "")


def test_each_server_is_told_with_the_key_that_names_it(tmp_path: Path) -> None:
    tables = '[plugins.mail_smtp]\nhost = "x.example.jp"\n[plugins.scan_clamav]\naddress = "192.0.2.7:3310"\n'
    text = generated(tmp_path, tables).drop_ins["renkei-vault.service"]
    assert "# [plugins.mail_smtp] host: 'x.example.jp' is no address, nor in " in text
    assert "# [plugins.scan_clamav] address\nIPAddressAllow=192.0.2.7/32\n" in text


def test_nothing_of_the_configuration_becomes_a_line_of_its_own(tmp_path: Path) -> None:
    """It belongs to root; but whoever pastes into it should not hand the vault to a stranger."""
    told = generated(tmp_path, '[plugins.own]\nserver = "x\\n[Service]\\nUser=root"\n')
    assert not re.search("^User=", told.drop_ins["renkei-vault.service"], re.MULTILINE)
    (tmp_path / "second").mkdir()
    told = generated(tmp_path / "second", '[gate]\nmetrics = "x\\n[Service]\\nUser=root"\n')
    assert "cannot listen on" in told.said and "renkei-gate-figures.socket" not in told.drop_ins


@pytest.mark.parametrize("config", [None, "sites = 1", "no toml", "plugins = 1", "[sites]\nportal = 1"])
def test_what_is_no_configuration_is_complained_of_and_stops_nothing(tmp_path: Path, config: str | None) -> None:
    told = generated(tmp_path, config)
    assert "renkei-generator: " in told.said and "Traceback" not in told.said
    assert "renkei-vault.service" not in told.drop_ins


def test_what_it_reads_are_settings() -> None:
    assert {"sites", "vault", "gate", "link", "plugins"} <= set(Settings.__dataclass_fields__)
    assert {"reaches", "metrics"} <= set(Vault.__dataclass_fields__)


BROKEN = ("[sites.portal]\naddre", '[sites.portal]\naddress = "a%b"\n', "[[sites]]\n", "[vault]\nreaches = 1\n")


@pytest.mark.parametrize("config", BROKEN)
def test_of_a_broken_configuration_nothing_is_said(tmp_path: Path, config: str) -> None:
    told = generated(tmp_path, '[sites.public]\naddress = "10.0.0.9"\n' + config)
    assert (told.drop_ins, told.wants) == ({}, set())
    assert str(tmp_path / "config.toml") in told.said


@pytest.mark.parametrize("config", BROKEN)
def test_while_it_is_broken_what_was_last_said_holds(tmp_path: Path, config: str) -> None:
    sound = '[sites.portal]\naddress = "10.0.0.9"\n[plugins.mail_smtp]\nhost = "192.0.2.1"\n'
    said = generated(tmp_path, sound)
    for _ in range(2):
        told = generated(tmp_path, sound + config)
        assert (told.drop_ins, told.wants) == (said.drop_ins, said.wants)
        assert str(tmp_path / "config.toml") in told.said
    mended = generated(tmp_path, sound.replace("10.0.0.9", "10.0.0.8"))
    assert mended.listens("renkei-web@portal.socket") == "10.0.0.8:443"
    assert mended.said == ""


def test_a_host_whose_configuration_was_taken_away_runs_nothing(tmp_path: Path) -> None:
    generated(tmp_path, "[sites.portal]\nport = 8443\n")
    (tmp_path / "config.toml").unlink()
    assert generated(tmp_path, None).drop_ins == {}


def test_what_is_remembered_is_for_root_alone(tmp_path: Path) -> None:
    generated(tmp_path, "[sites.portal]\nport = 8443\n")
    assert (tmp_path / "last").stat().st_mode & 0o777 == 0o600


SOFTETHER = """
[plugins.tunnel_softether]
listen = "203.0.113.9"
dial = "vpn.example.jp"
server = "10.0.0.1"
"""


def test_the_gate_is_handed_what_its_engine_needs(tmp_path: Path) -> None:
    told = generated(tmp_path, SOFTETHER)
    lines = told.drop_ins["renkei-gate.service"].splitlines()
    where = "/etc/renkei/credentials/softether.password"
    assert f"LoadCredentialEncrypted=renkei_softether.password:{where}" in lines
    assert [line for line in lines if line.startswith("IPAddressAllow=")] == ["IPAddressAllow=203.0.113.9/32"]
    assert ("renkei.target", "softether-renkei.service") in told.wants


def test_another_name_of_the_secret_is_that_of_the_table(tmp_path: Path) -> None:
    told = generated(tmp_path, f'{SOFTETHER}password = "engine.password"\n')
    assert "renkei_engine.password:/etc/renkei/credentials/engine.password" in told.drop_ins["renkei-gate.service"]


def test_wireguard_sends_in_the_name_of_the_gate(tmp_path: Path) -> None:
    told = generated(tmp_path, "[plugins.tunnel_wireguard]\n")
    lines = told.drop_ins["renkei-gate.service"].splitlines()
    assert "IPAddressAllow=any" in lines and any("renkei_wireguard.key:" in line for line in lines)
    assert ("renkei.target", "softether-renkei.service") not in told.wants


GO = ("renkei.target", "wireguard-renkei.socket")


def test_a_kernel_without_wireguard_has_wireguard_go_where_it_is_installed(tmp_path: Path) -> None:
    """That sends for itself, so the gate need not."""
    assert GO not in generated(tmp_path, "[plugins.tunnel_wireguard]\n").wants
    (tmp_path / "wireguard-go").touch()
    told = generated(tmp_path, "[plugins.tunnel_wireguard]\n")
    assert GO in told.wants and "IPAddressAllow" not in told.drop_ins["renkei-gate.service"]
    assert GO not in generated(tmp_path, SOFTETHER).wants
    both = generated(tmp_path, f"[plugins.tunnel_wireguard]\n{SOFTETHER}")
    assert GO in both.wants and "IPAddressAllow=203.0.113.9/32" in both.drop_ins["renkei-gate.service"]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("in-kernel/version", "1.0.0"),
        ("modules/{release}/modules.builtin", "kernel/drivers/net/wireguard/wireguard.ko"),
        (
            "modules/{release}/modules.dep",
            "kernel/drivers/net/wireguard/wireguard.ko.xz: kernel/net/ipv4/udp_tunnel.ko",
        ),
    ],
)
def test_a_kernel_with_wireguard_needs_no_wireguard_go(tmp_path: Path, file: str, line: str) -> None:
    (tmp_path / "wireguard-go").touch()
    other = tmp_path / "modules" / "1.2.3" / "modules.dep"
    path = tmp_path / file.format(release=platform.release())
    for one, text in ((other, "kernel/wireguard.ko:"), (path, f"kernel/other.ko:\n{line}\n")):
        one.parent.mkdir(parents=True, exist_ok=True)
        one.write_text(text)
    told = generated(tmp_path, "[plugins.tunnel_wireguard]\n")
    assert GO not in told.wants and "IPAddressAllow=any" in told.drop_ins["renkei-gate.service"]


@pytest.mark.parametrize("config", ["", "[plugins.mail_smtp]\n", "[plugins.tunnel_loopback]\n"])
def test_without_an_engine_of_its_own_the_gate_is_handed_nothing(tmp_path: Path, config: str) -> None:
    assert "renkei-gate.service" not in generated(tmp_path, config).drop_ins


def test_the_vault_reaches_no_engine(tmp_path: Path) -> None:
    assert generated(tmp_path, SOFTETHER).reached == []


def test_a_secret_whose_name_is_two_lines_is_not_told(tmp_path: Path) -> None:
    told = generated(tmp_path, f'{SOFTETHER}password = "a\\nIPAddressAllow=any"\n')
    assert told.drop_ins == {} and "cannot be one line" in told.said
