# SPDX-License-Identifier: Apache-2.0
"""The ZIP of the story's filing, as offices make it with 7-Zip: `python -m tests.story.filing_zip` makes another.

The one that is committed (filing.zip) is for machines without 7-Zip. filing.pdf was printed from filing.html by
Chromium: `chromium --headless --no-pdf-header-footer --print-to-pdf=filing.pdf filing.html`.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
FILING = HERE / "filing.pdf"
COMMITTED = HERE / "filing.zip"
PROGRAM = "7zz"
NAME = "20260608_0123_加入者資格取得届"
# What the story's office registers (people.py).
PASSWORD = "zip-123-hako"


def made(folder: Path, name: str = NAME, pdf: Path = FILING, password: str = PASSWORD) -> Path:
    """A fresh ZIP of a filing in folder, AES-256. Raises FileNotFoundError where 7-Zip is not installed."""
    inside, zipped = folder / f"{name}.pdf", folder / f"{name}.zip"
    shutil.copyfile(pdf, inside)
    words = (PROGRAM, "a", "-tzip", "-mem=AES256", f"-p{password}", "-bso0", "-bsp0", str(zipped), str(inside))
    subprocess.run(words, check=True)
    inside.unlink()
    return zipped


def is_installed() -> bool:
    """Whether 7-Zip is."""
    return shutil.which(PROGRAM) is not None


def taken(folder: Path) -> Path:
    """A fresh one where 7-Zip is installed, else the committed one, under the right name in folder."""
    if is_installed():
        return made(folder)
    return Path(shutil.copyfile(COMMITTED, folder / f"{NAME}.zip"))


def main() -> None:
    """Write the committed one anew."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(made(Path(folder)), COMMITTED)


if __name__ == "__main__":
    main()
