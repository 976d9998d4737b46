# SPDX-License-Identifier: Apache-2.0
"""Fitting: what a wheel needs is there, nothing comes twice, and each refusal says what to do."""

from pathlib import Path

import pytest

from appliance.cli.plugin_pack import record_of, zipped
from appliance.host.fitting import Shipped, approved_of, needs_of, refuse_taken_names, refuse_unfit, shipped
from appliance.host.found import Found
from appliance.host.refused import StartRefused
from appliance.host.wheel import Wheel
from appliance.model.words import Tier
from tests.appliance.host.wheels import tampered, write_wheel

CORE = shipped()


def wheel(folder: Path, name: str, **more: object) -> Wheel:
    """A good wheel, read."""
    return Wheel.read(write_wheel(folder, name, **more))  # type: ignore[arg-type]


def refusal(*wheels: Wheel, others: tuple[Wheel, ...] = (), allow_native: bool = False) -> str:
    """Why they do not fit."""
    with pytest.raises(StartRefused) as refused:
        refuse_unfit(wheels, others, CORE, allow_native=allow_native)
    return str(refused.value)


@pytest.mark.parametrize(
    "needs",
    [
        (),
        ("renkei-gateway",),
        ("aiohttp>=3,<4", "Jinja2", "msgspec"),
        ("nothing-of-this-name; extra == 'test'",),
        ("nothing-of-this-name; python_version < '3'",),
        ("uvloop!=0.0.1; sys_platform == 'linux'",),
    ],
)
def test_what_the_appliance_brings_can_be_needed(tmp_path: Path, needs: tuple[str, ...]) -> None:
    refuse_unfit([wheel(tmp_path, "lunch", requires=needs)], [], CORE, allow_native=False)


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        (
            "no-such-library>=2",
            "needs no-such-library>=2, which is not there; name the wheel of no-such-library in the same command",
        ),
        ("aiohttp<3", "needs aiohttp<3, and here is aiohttp 3"),
        ("aiohttp @ https://example.jp/aiohttp.whl", "from an address, and nothing is fetched"),
        ("what is this", "Requires-Dist cannot be read"),
    ],
)
def test_what_is_needed_and_not_there(tmp_path: Path, needs: str, said: str) -> None:
    assert said in refusal(wheel(tmp_path, "lunch", requires=(needs,)))


def test_a_library_can_come_along(tmp_path: Path) -> None:
    library = wheel(tmp_path, "library", version="2.1")
    lunch = wheel(tmp_path, "lunch", requires=("renkei-library>=2",))
    refuse_unfit([lunch, library], [], CORE, allow_native=False)
    refuse_unfit([lunch], [library], CORE, allow_native=False)
    assert needs_of(lunch, {"renkei-library", "renkei-lunch"}) == ("renkei-library",)


def test_an_upgrade_that_breaks_another_is_refused(tmp_path: Path) -> None:
    lunch = wheel(tmp_path, "lunch", requires=("renkei-library<2",))
    assert "renkei_lunch-1.0" in refusal(wheel(tmp_path, "library", version="2.1"), others=(lunch,))


def test_a_second_aiohttp_is_refused_under_its_own_name(tmp_path: Path) -> None:
    info, path = "aiohttp-9.9.dist-info", tmp_path / "aiohttp-9.9-py3-none-any.whl"
    files = {
        "aiohttp/__init__.py": b"",
        f"{info}/METADATA": b"Name: aiohttp\nVersion: 9.9\n",
        f"{info}/WHEEL": b"Root-Is-Purelib: true\n",
    }
    path.write_bytes(zipped({**files, f"{info}/RECORD": record_of(files, f"{info}/RECORD")}))
    assert "is part of the appliance" in refusal(Wheel.read(path))


@pytest.mark.parametrize("module", ["aiohttp/__init__.py", "appliance/host/host.py", "json/__init__.py", "ssl.py"])
def test_a_module_that_is_there_is_refused_under_any_name(tmp_path: Path, module: str) -> None:
    said = refusal(wheel(tmp_path, "lunch", files={module: b""}))
    assert f"brings the module {module.partition('/')[0].removesuffix('.py')}, which" in said


def test_two_distributions_with_one_module_are_refused(tmp_path: Path) -> None:
    other = wheel(tmp_path, "dinner", files={"shared/__init__.py": b""})
    said = refusal(wheel(tmp_path, "lunch", files={"shared/__init__.py": b""}), others=(other,))
    assert said == "renkei-dinner and renkei-lunch both bring the module shared; remove one of them"


def test_two_wheels_of_one_name_are_refused(tmp_path: Path) -> None:
    assert "two of the wheels" in refusal(wheel(tmp_path, "a"), wheel(tmp_path, "a", version="2"))


def test_native_code_is_refused_unless_asked_for_and_never_for_another_machine(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, "lunch")
    tampered(path, lambda files: files.update({"renkei_lunch/fast.so": b"x"}), recorded=True)
    assert "--allow-native" in refusal(Wheel.read(path))
    refuse_unfit([Wheel.read(path)], [], CORE, allow_native=True)
    other = path.rename(tmp_path / "renkei_lunch-1.0-cp27-cp27m-win32.whl")
    assert "another Python" in refusal(Wheel.read(other), allow_native=True)


@pytest.mark.parametrize(("wanted", "said"), [(">=9", "needs Python >=9"), ("banana", "cannot be read")])
def test_another_python(tmp_path: Path, wanted: str, said: str) -> None:
    path = write_wheel(tmp_path, "lunch")
    head = f"Name: renkei-lunch\nVersion: 1.0\nRequires-Python: {wanted}\n".encode()
    tampered(path, lambda files: files.update({"renkei_lunch-1.0.dist-info/METADATA": head}), recorded=True)
    assert said in refusal(Wheel.read(path))


@pytest.mark.parametrize(("tier", "refused"), [(Tier.VAULT, True), (None, True), (Tier.WEB, False)])
def test_one_name_is_one_plugin_of_a_tier(tmp_path: Path, tier: Tier | None, refused: bool) -> None:
    there = Found("lunch", tier, "lunch.py", "", lambda: pytest.fail("it was imported"), bytes)
    one = wheel(tmp_path, "lunch")
    if not refused:
        refuse_taken_names([one], [there])
        return
    with pytest.raises(StartRefused, match=r"there is a plugin `lunch`: lunch\.py"):
        refuse_taken_names([one], [there])


def test_the_line_of_the_list(tmp_path: Path) -> None:
    one = approved_of(wheel(tmp_path, "lunch", requires=("renkei-a", "aiohttp")), {"renkei-a", "renkei-lunch"})
    assert (one.name, one.version, one.needs, one.python) == ("renkei-lunch", "1.0", ("renkei-a",), "")
    assert one.wheel == "renkei_lunch-1.0-py3-none-any.whl" and len(one.sha256) == 64


def test_nothing_shipped_leaves_only_python() -> None:
    assert Shipped.of([]).versions == {}
    assert Shipped.of([]).modules["json"] == "Python"
