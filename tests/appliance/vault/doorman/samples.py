# SPDX-License-Identifier: Apache-2.0
"""ZIPs and PDFs of real programs; `python -m tests.appliance.vault.doorman.samples FOLDER` makes them anew.

What is in samples/ was made by 7-Zip 26.02, Info-ZIP zip 3.0, bsdtar (libarchive) 3.6, Ghostscript 10, qpdf 11 and
Chromium 156, as below.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from pyzipper import WZ_AES, AESZipFile

FOLDER = Path(__file__).parent / "samples"
PASSWORD = "Himitsu-2026"
NAMES = ("20240524_0123_資格取得届.pdf", "20240525_0123_資格喪失届.pdf")
SCRIPT = "%!PS\n/Helvetica findfont 12 scalefont setfont 72 720 moveto (a filing) show showpage\n"
PAGE = "<html><body><p>a filing</p></body></html>"
PDFS = ("gs.pdf", "chromium.pdf", "linear.pdf", "objects.pdf", "linear-objects.pdf", "qdf.pdf")
LOCKED_PDFS = ("locked-256.pdf", "locked-128.pdf", "locked-objects.pdf")
# Each ZIP, how its entries are locked, and the program that makes it: {out} of {names}, which lie in the folder.
ZIPS: dict[str, tuple[str, str]] = {
    "7zip-aes256.zip": ("aes256", "7zz a -tzip -mem=AES256 -p{key} {out} {names}"),
    "7zip-aes192.zip": ("aes192", "7zz a -tzip -mem=AES192 -p{key} {out} {names}"),
    "7zip-aes128.zip": ("aes128", "7zz a -tzip -mem=AES128 -p{key} {out} {names}"),
    "7zip-cp932.zip": ("aes256", "7zz a -tzip -mem=AES256 -mcp=932 -p{key} {out} {names}"),
    "7zip-stored.zip": ("aes256", "7zz a -tzip -mem=AES256 -mx0 -p{key} {out} {names}"),
    "7zip-zipcrypto.zip": ("zipcrypto", "7zz a -tzip -mem=ZipCrypto -p{key} {out} {names}"),
    "7zip-plain.zip": ("none", "7zz a -tzip {out} {names}"),
    "zip-zipcrypto.zip": ("zipcrypto", "zip -q -P {key} {out} {names}"),
    "zip-plain.zip": ("none", "zip -q {out} {names}"),
    "bsdtar-aes256.zip": (
        "aes256",
        "bsdtar --format zip --options zip:encryption=aes256 --passphrase {key} -cf {out} {names}",
    ),
    "bsdtar-zipcrypto.zip": (
        "zipcrypto",
        "bsdtar --format zip --options zip:encryption=traditional --passphrase {key} -cf {out} {names}",
    ),
}

SMALL = (("small-aes256.zip", 256, 8), ("small-aes128.zip", 128, 0))
INSIDE = {"1.csv": b"number,name\n1,one\n", "届.csv": b"x,y\n" * 40}


def sample(name: str, folder: Path = FOLDER) -> bytes:
    """One of them."""
    return (folder / name).read_bytes()


def run(folder: Path, *words: str) -> None:
    """One program, in the folder, with whatever it says when it fails."""
    subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=60)


def make_pdfs(folder: Path) -> None:
    """The PDFs. What they say is the same, how they are put together is not."""
    (folder / "page.ps").write_text(SCRIPT)
    (folder / "page.html").write_text(PAGE)
    run(folder, "gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-sOutputFile=gs.pdf", "page.ps")
    browser = ("chromium", "--headless", "--no-sandbox", "--no-pdf-header-footer")
    run(folder, *browser, "--print-to-pdf=chromium.pdf", "page.html")
    run(folder, "qpdf", "--linearize", "gs.pdf", "linear.pdf")
    run(folder, "qpdf", "--object-streams=generate", "gs.pdf", "objects.pdf")
    run(folder, "qpdf", "--linearize", "--object-streams=generate", "gs.pdf", "linear-objects.pdf")
    run(folder, "qpdf", "--qdf", "gs.pdf", "qdf.pdf")
    run(folder, "qpdf", "--encrypt", "u", "o", "256", "--", "gs.pdf", "locked-256.pdf")
    run(folder, "qpdf", "--allow-weak-crypto", "--encrypt", "", "o", "128", "--", "gs.pdf", "locked-128.pdf")
    run(
        folder,
        "qpdf",
        "--object-streams=generate",
        "--encrypt",
        "u",
        "o",
        "256",
        "--",
        "gs.pdf",
        "locked-objects.pdf",
    )
    for rest in ("page.ps", "page.html"):
        (folder / rest).unlink()


def make_zips(folder: Path, pdfs: tuple[bytes, bytes]) -> None:
    """The ZIPs that hold these two documents."""
    for name, content in zip(NAMES, pdfs, strict=True):
        (folder / name).write_bytes(content)
    for out, (_, command) in ZIPS.items():
        run(folder, *command.format(key=PASSWORD, out=out, names=" ".join(NAMES)).split())
    for name in NAMES:
        (folder / name).unlink()


def make_small(folder: Path) -> None:
    """ZIPs of pyzipper whose every byte matters, for tests that change some."""
    for name, bits, method in SMALL:
        encryption = {"encryption": WZ_AES, "encryption_kwargs": {"nbits": bits}}
        with AESZipFile(folder / name, "w", method, **encryption) as package:
            package.setpassword(PASSWORD.encode())
            for inside, content in INSIDE.items():
                package.writestr(inside, content)


def missing() -> list[str]:
    """The programs for ZIPs that are not installed."""
    return [program for program in ("7zz", "zip", "bsdtar") if not shutil.which(program)]


if __name__ == "__main__":
    where = Path(sys.argv[1])
    where.mkdir(exist_ok=True)
    make_pdfs(where)
    make_small(where)
    make_zips(where, (sample("gs.pdf", where), sample("linear.pdf", where)))
