# SPDX-License-Identifier: Apache-2.0
"""The texts of the installer become sources; what is missing to build is said."""

import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import base_installer
import pytest

TEXTS = tomllib.loads((base_installer.HERE / "texts.toml").read_text("utf-8"))


def test_every_text_becomes_a_definition_of_both_languages(tmp_path: Path) -> None:
    base_installer.write_texts(tmp_path)
    c, nsis = (tmp_path / "texts.h").read_text("utf-8"), (tmp_path / "texts.nsh").read_text("utf-8")
    assert len(c.splitlines()) == 1 + len(TEXTS["confirm"]) and len(nsis.splitlines()) == 1 + len(TEXTS["setup"])
    assert '#define TEXT_FILE_NAME L"確認コード"\n' in c
    assert "契約番号: $Contract$\\r$\\n" in nsis


def test_marks_in_a_text_end_no_literal() -> None:
    assert base_installer.c_texts({"a": 'x"\\\n'}, "1") == '#define RELEASE "1"\n#define TEXT_A L"x\\"\\\\\\r\\n"\n'
    assert (
        base_installer.nsis_texts({"a": '$5 "x"\n'}, "1").splitlines()[1]
        == '!define TEXT_A "$$5 $\\"x$\\"$\\r$\\n"'
    )


def test_a_text_that_names_what_the_installer_does_not_know_is_not_built() -> None:
    with pytest.raises(base_installer.NotBuilt, match=r"\{colour\}"):
        base_installer.nsis_texts({"a": "{colour}"}, "1")


@pytest.mark.parametrize("table", ["setup", "confirm"])
def test_each_text_is_used_and_each_that_is_used_is_there(table: str) -> None:
    sources = (
        [base_installer.HERE / "setup.nsi"]
        if table == "setup"
        else sorted((base_installer.HERE / "confirm").glob("*.c"))
    )
    used = "\n".join(path.read_text("utf-8") for path in sources)
    names = {f"TEXT_{key.upper()}" for key in TEXTS[table]}
    assert {name for name in names if name in used} == names


def test_the_licence_is_marked_as_utf_8_with_the_line_ends_of_windows(tmp_path: Path) -> None:
    base_installer.write_texts(tmp_path)
    licence = (tmp_path / "licence.txt").read_bytes()
    assert licence.startswith(b"\xef\xbb\xbf") and licence.count(b"\n") == licence.count(b"\r\n") > 10


def test_without_the_compilers_it_says_what_brings_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(base_installer.NotBuilt, match="apt-get install nsis gcc-mingw"):
        base_installer.build(tmp_path / "base.exe")


def test_a_compiler_that_fails_is_told_with_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (base_installer.COMPILER, base_installer.LINKER_OF_PAGES):
        (tmp_path / name).write_text("#!/bin/sh\necho no such header >&2\nexit 4\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("sys.argv", ["base_installer.py", str(tmp_path / "base.exe")])
    assert base_installer.main() == 1
    assert "ended with 4:\nno such header" in capsys.readouterr().err
    assert not (tmp_path / "base.exe").exists()


def test_the_source_package_has_what_the_base_is_built_from(tmp_path: Path) -> None:
    source, made = tmp_path / "source", tmp_path / "made"
    shutil.copytree(base_installer.HERE.parent, source, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    build = f"from setuptools.build_meta import build_sdist; build_sdist({str(made)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    (archive,) = made.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        names = {Path(*Path(name).parts[1:]) for name in files.getnames()}
    written = {path.relative_to(source) for path in (source / "windows").rglob("*") if path.is_file()}
    assert len(written) > 20 and written <= names
