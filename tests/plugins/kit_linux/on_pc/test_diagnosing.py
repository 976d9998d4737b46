# SPDX-License-Identifier: Apache-2.0
"""The 診断ファイル is one that the desk's card reads, and has no personal data."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from renkei_kit_linux.builder import NAME
from renkei_kit_linux.on_pc import diagnosing
from renkei_kit_linux.on_pc.diagnosing import FILE_NAME, diagnose

from appliance.model.diagnosis_file import Checked, Light, diagnosed, parsed
from tests.plugins.kit_linux.office_pc import OfficePc, order_there


@pytest.fixture
def listening() -> Iterator[int]:
    """A port of this machine that takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def written(pc: OfficePc, port: int) -> dict[str, str]:
    order = replace(order_there(), public_url=f"https://127.0.0.1:{port}/")
    file = diagnose(pc.places, order, pc.environment, pc.desktop)
    assert file == pc.desktop / FILE_NAME
    return parsed(file.read_bytes())


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers in these tests."""
    monkeypatch.setattr(diagnosing, "_SECONDS", 0.2)


def test_the_card_reads_it(pc: OfficePc, listening: int) -> None:
    pc.program("google-chrome", "echo 'Google Chrome 131.0.6778.85 '")
    values = written(pc, listening)
    assert (values["contract"], values["seat"], values["chrome"]) == ("916237-0000021", "01", "131.0.6778.85")
    assert values["port-443"] == "open" and values["port-80"] in ("open", "closed")
    found = diagnosed((pc.desktop / FILE_NAME).read_bytes(), [NAME])
    assert found.unknown == ()
    lights = {one.checked: one.light for one in found.findings}
    assert lights[Checked.SYSTEM] is (Light.GREEN if values["os-bits"] == "64" else Light.RED)
    assert lights[Checked.BROWSER] is Light.GREEN
    assert lights[Checked.VIRTUAL_MACHINE] is lights[Checked.REMOTE_DESKTOP] is Light.GREEN


def test_what_is_in_the_way_is_named(pc: OfficePc, listening: int) -> None:
    pc.put("sys/class/dmi/id/sys_vendor", "VMware, Inc.\n")
    pc.put("sys/class/net/ppp0/operstate", "up\n")
    values = written(pc, listening)
    assert (values["virtual-machine"], values["other-vpn"]) == ("yes (vmware)", "yes (ppp0)")


def test_a_port_that_nobody_listens_at_is_closed(pc: OfficePc) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert written(pc, port)["port-443"] == "closed"


@pytest.mark.parametrize("script", ["exit 1", "echo nothing", "exec sleep 60"])
def test_a_browser_that_says_nothing_is_left_out(pc: OfficePc, listening: int, script: str) -> None:
    for name in ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "microsoft-edge"):
        pc.program(name, script)
    assert not {"chrome", "edge"} & written(pc, listening).keys()


@pytest.mark.parametrize(("runs", "there", "said"), [(True, True, "running"), (False, True, "stopped")])
def test_the_client_of_the_connection(pc: OfficePc, listening: int, runs: bool, there: bool, said: str) -> None:
    pc.put("proc/17/comm", "vpnclient\n" if runs else "bash\n")
    if there:
        pc.program("vpnclient", "exit")
    assert written(pc, listening)["client"] == said


def test_nobody_and_nothing_of_the_person_is_in_it(pc: OfficePc, listening: int) -> None:
    written(pc, listening)
    text = (pc.desktop / FILE_NAME).read_text("utf-8")
    for word in (str(pc.home), "7B5RML2", "8c:04:ba", "0f3d6a0e", socket.gethostname()):
        assert word.lower() not in text.lower()
