# SPDX-License-Identifier: Apache-2.0
"""診断ファイル are read strictly and judged against R13 to R18; what nobody says is grey, never green."""

import pytest

from appliance.model.diagnosis_file import (
    FIRST_LINE,
    MOST_BYTES,
    MOST_LINES,
    Checked,
    Finding,
    Light,
    Unreadable,
    diagnosed,
    parsed,
)

GOOD = {
    "made-at": "2026-06-09T05:00:00Z",
    "contract": "123456-0000001",
    "seat": "1",
    "os": "Windows 11",
    "os-build": "22631",
    "os-bits": "64",
    "chrome": "126.0.6478.63",
    "edge": "125.0",
    "virtual-machine": "no",
    "remote-desktop": "no",
    "other-vpn": "no",
    "port-80": "open",
    "port-443": "open",
    "clock-offset": "-3",
    "client": "running 4.43",
}


def written(**changed: str | None) -> bytes:
    """A good file with some lines changed, or left out."""
    values = {**GOOD, **{name.replace("_", "-"): value for name, value in changed.items()}}
    return "\n".join(
        [FIRST_LINE, *(f"{name}: {value}" for name, value in values.items() if value is not None)]
    ).encode()


def light(checked: Checked, **changed: str | None) -> Light:
    """Of one check, with some lines changed."""
    return next(one.light for one in diagnosed(written(**changed)).findings if one.checked is checked)


def test_a_good_pc_is_green_all_over() -> None:
    found = diagnosed(written())
    assert [one.checked for one in found.findings] == list(Checked)
    assert {one.light for one in found.findings} == {Light.GREEN}
    assert (found.contract, found.seat, found.made_at, found.unknown) == (
        "123456-0000001",
        "1",
        "2026-06-09T05:00:00Z",
        (),
    )


def test_what_the_file_does_not_say_is_grey() -> None:
    assert {one.light for one in diagnosed(FIRST_LINE.encode()).findings} == {Light.GREY}


@pytest.mark.parametrize(
    ("changed", "others", "wanted"),
    [
        ({}, ["Linux"], Light.GREEN),
        ({}, [], Light.RED),
        ({}, ["Windows", "macOS"], Light.RED),
        ({"platform": None}, ["Linux"], Light.RED),
        ({"platform": "linux"}, ["Linux"], Light.RED),
        ({"os_bits": "32"}, ["Linux"], Light.RED),
        ({"os_bits": None}, ["Linux"], Light.YELLOW),
        ({"os": None}, ["Linux"], Light.GREEN),
    ],
)
def test_a_pc_of_another_kind_is_judged_by_the_kits_that_there_are(
    changed: dict[str, str | None], others: list[str], wanted: Light
) -> None:
    found = diagnosed(written(**{"os": "Debian GNU/Linux 12", "platform": "Linux", **changed}), others)
    assert (found.findings[0].checked, found.findings[0].light) == (Checked.SYSTEM, wanted)
    assert found.unknown == () and found.findings[1:] == diagnosed(written()).findings[1:]


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"os": "Windows 10", "os_build": "19045"}, Light.GREEN),
        ({"os_bits": "32"}, Light.RED),
        ({"os": "Windows 8.1"}, Light.RED),
        ({"os": "Debian GNU/Linux 12"}, Light.RED),
        ({"os_bits": None}, Light.YELLOW),
        ({"os_build": "19045"}, Light.YELLOW),
        ({"os_build": "many"}, Light.GREEN),
    ],
)
def test_the_system(changed: dict[str, str | None], wanted: Light) -> None:
    assert light(Checked.SYSTEM, **changed) is wanted


@pytest.mark.parametrize(
    ("chrome", "edge", "wanted"),
    [
        ("106", None, Light.GREEN),
        ("105.9", "106.0.1", Light.GREEN),
        ("105.0.1", None, Light.RED),
        ("105", "90", Light.RED),
        ("new", None, Light.YELLOW),
        (None, None, Light.GREY),
        ("9" * 30, None, Light.YELLOW),
    ],
)
def test_browsers(chrome: str | None, edge: str | None, wanted: Light) -> None:
    assert light(Checked.BROWSER, chrome=chrome, edge=edge) is wanted


@pytest.mark.parametrize(
    ("checked", "name", "present"),
    [
        (Checked.VIRTUAL_MACHINE, "virtual_machine", Light.RED),
        (Checked.REMOTE_DESKTOP, "remote_desktop", Light.RED),
        (Checked.OTHER_VPN, "other_vpn", Light.YELLOW),
    ],
)
def test_what_should_not_be_there(checked: Checked, name: str, present: Light) -> None:
    assert light(checked, **{name: "yes"}) is present
    assert light(checked, **{name: "yes (Some Adapter)"}) is present
    for nonsense in ("", "maybe", "YES", "nothing", "yess"):
        assert light(checked, **{name: nonsense}) is Light.GREY


@pytest.mark.parametrize(
    ("http", "https", "wanted"),
    [
        ("open", "open", Light.GREEN),
        ("closed", "open", Light.YELLOW),
        (None, "open", Light.YELLOW),
        ("open", "closed", Light.RED),
        ("open", None, Light.YELLOW),
        (None, None, Light.GREY),
    ],
)
def test_the_network(http: str | None, https: str | None, wanted: Light) -> None:
    assert light(Checked.NETWORK, port_80=http, port_443=https) is wanted


@pytest.mark.parametrize(
    ("offset", "wanted"),
    [
        ("59", Light.GREEN),
        ("-59", Light.GREEN),
        ("60", Light.YELLOW),
        ("-60", Light.YELLOW),
        ("3599", Light.YELLOW),
        ("-3600", Light.RED),
        ("", Light.GREY),
        ("soon", Light.GREY),
        ("１", Light.GREY),
        ("9" * 40, Light.GREY),
    ],
)
def test_the_clock(offset: str, wanted: Light) -> None:
    assert light(Checked.CLOCK, clock_offset=offset) is wanted


@pytest.mark.parametrize(
    ("client", "wanted"),
    [("running", Light.GREEN), ("stopped 4.43", Light.YELLOW), ("none", Light.RED), ("?", Light.GREY)],
)
def test_the_client(client: str, wanted: Light) -> None:
    assert light(Checked.CLIENT, client=client) is wanted


def test_names_that_nobody_knows_are_told_and_judge_nothing() -> None:
    found = diagnosed(written() + b"\nzodiac: leo\nabc: 1")
    assert found.unknown == ("abc", "zodiac")
    assert {one.light for one in found.findings} == {Light.GREEN}


def test_what_was_found_is_told_in_its_own_words() -> None:
    findings = diagnosed(written(other_vpn="yes (Contoso VPN)")).findings
    assert Finding(Checked.OTHER_VPN, Light.YELLOW, "Contoso VPN") in findings


def test_windows_writes_it_with_a_mark_and_other_ends_of_lines() -> None:
    content = b"\xef\xbb\xbf" + written().replace(b"\n", b"\r\n") + b"\r\n"
    assert diagnosed(content) == diagnosed(written())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\n", "empty"),
        (b"x" * (MOST_BYTES + 1), "size"),
        (b"\xff\xfe" + "renkei".encode("utf-16-le"), "text"),
        (b"MZ\x90\x00", "text"),
        (b"hello", "first_line"),
        (b"renkei-diagnosis: 2\nos: Windows 11", "first_line"),
        (FIRST_LINE.encode() + b"\nno colon", "line"),
        (FIRST_LINE.encode() + b"\n\nos: Windows 11", "line"),
        (FIRST_LINE.encode() + b"\nOS: Windows 11", "line"),
        (FIRST_LINE.encode() + b"\nos: a\x00b", "line"),
        (FIRST_LINE.encode() + b"\nos: " + b"a" * 201, "line"),
        (FIRST_LINE.encode() + b"\nos: a\nos: b", "twice"),
        (FIRST_LINE.encode() + b"".join(b"\nn%d: 1" % n for n in range(MOST_LINES)), "lines"),
    ],
)
def test_anything_else_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parsed(content)
    assert caught.value.reason == reason


def test_nothing_of_it_can_hang_or_grow() -> None:
    content = FIRST_LINE.encode() + b"\nos: " + "﷽".encode() * 60
    assert diagnosed(content).findings[0].light is Light.RED
