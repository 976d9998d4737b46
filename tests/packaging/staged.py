# SPDX-License-Identifier: Apache-2.0
"""A small tree as stage.py lays it out: two libraries, one of which has another inside, and the gateway."""

import json
from pathlib import Path

SITE = "usr/lib/renkei/python{python}/lib/python{python}/site-packages"
ASN1 = {"name": "asn1", "version": "0.24.1", "purl": "pkg:cargo/asn1@0.24.1?download_url=file://x"}


def distribution(stage: Path, room: str, name: str, metadata: str, files: dict[str, str]) -> Path:
    """Lay a distribution of version 1.0 into the folders of both Pythons; its folder of metadata for the first."""
    for python in ("3.13", "3.11"):
        site = stage / room / SITE.format(python=python)
        info = site / f"{name.replace('-', '_')}-1.0.dist-info"
        written = {
            f"{info.name}/METADATA": f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}\n",
            **files,
        }
        for place, text in written.items():
            (site / place).parent.mkdir(parents=True, exist_ok=True)
            (site / place).write_text(text)
        (info / "RECORD").write_text("".join(f"{place},,\n" for place in (*written, f"{info.name}/RECORD")))
    return info


def small(stage: Path) -> Path:
    """The tree; its root."""
    distribution(
        stage, "renkei-common", "renkei-gateway", "License-Expression: Apache-2.0\nRequires-Dist: plain", {}
    )
    distribution(
        stage,
        "renkei-vault",
        "plain",
        "License: MIT\nAuthor: Plain Authors\nRequires-Dist: Sealed.Box>=1\nRequires-Dist: absent; extra == 'x'",
        {"plain/__init__.py": "", "plain-1.0.dist-info/LICENSE": "MIT\n\nCopyright (c) 2020 Plain People\n\nDo."},
    )
    asn1 = ASN1 | {"licenses": [{"license": {"id": "BSD-3-Clause"}}]}
    unsaid = {"name": "unsaid", "version": "1"}
    distribution(
        stage,
        "renkei-vault",
        "sealed-box",
        "License-Expression: Apache-2.0 OR BSD-3-Clause\nAuthor-email: box@example.jp",
        {
            "sealed_box.py": "",
            "sealed_box-1.0.dist-info/licenses/LICENSE": "Apache License\nVersion 2.0, January 2004\nlong",
            "sealed_box-1.0.dist-info/sboms/box.json": json.dumps({"components": [asn1, unsaid]}),
        },
    )
    return stage
