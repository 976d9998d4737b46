# SPDX-License-Identifier: Apache-2.0
"""The entries of the start menu, in a folder of their own (R72, R87; Desktop Entry and Menu Specification)."""

from pathlib import Path

from renkei_kit_linux.on_pc.order import Order, Words
from renkei_kit_linux.on_pc.places import Places, write_own

CATEGORY = "X-Renkei"
_MENU = f"""\
<!DOCTYPE Menu PUBLIC "-//freedesktop//DTD Menu 1.0//EN" "http://www.freedesktop.org/standards/menu-spec/1.0/menu.dtd">
<Menu>
  <Name>Applications</Name>
  <Menu>
    <Name>Renkei</Name>
    <Directory>renkei.directory</Directory>
    <Include><Category>{CATEGORY}</Category></Include>
  </Menu>
</Menu>
"""


def write_menu(places: Places, order: Order, words: Words) -> None:
    """Folder and entries, new or once more."""
    for path, text in _files(places, order, words).items():
        write_own(path, text.encode())


def remove_menu(places: Places, order: Order, words: Words) -> None:
    """Take all of them away again."""
    for path in _files(places, order, words):
        path.unlink(missing_ok=True)


def _files(places: Places, order: Order, words: Words) -> dict[Path, str]:
    applications = places.data / "applications"
    program = " ".join(map(_quoted, places.command))
    vpn = {
        "connect": _program(words("item_connect"), f"{program} connect --wait"),
        "disconnect": _program(words("item_disconnect"), f"{program} disconnect --wait"),
        "status": _program(words("item_status"), f"{program} status --wait"),
    }
    entries = {
        **(vpn if order.tunnels else {}),
        "confirm": _program(words("item_confirm"), f"{program} confirm --wait"),
        "diagnose": _program(words("item_diagnose"), f"{program} diagnose --wait"),
        "one-time": _link(words("item_one_time"), f"{order.public_url}onetime/"),
        "portal": _link(words("item_portal"), order.portal_url),
    }
    return {
        places.config / "menus" / "applications-merged" / "renkei.menu": _MENU,
        places.data / "desktop-directories" / "renkei.directory": _entry("Directory", words("folder"), ""),
        **{applications / f"renkei-{name}.desktop": text for name, text in entries.items()},
    }


def _program(name: str, command: str) -> str:
    return _entry("Application", name, f"Exec={command}\nTerminal=true\nCategories={CATEGORY};\n")


def _link(name: str, url: str) -> str:
    """A program that opens the address: links of type Link do not stand in menus."""
    return _entry("Application", name, f"Exec=xdg-open {_quoted(url)}\nCategories={CATEGORY};\n")


def _entry(kind: str, name: str, more: str) -> str:
    return f"[Desktop Entry]\nType={kind}\nVersion=1.0\nName={name}\n{more}"


def _quoted(argument: str) -> str:
    """As an argument of Exec: first by its own rule, then by that of all texts of the file, and no field codes."""
    inside = "".join(f"\\{sign}" if sign in '"`$\\' else sign for sign in argument)
    return '"' + inside.replace("\\", "\\\\").replace("%", "%%") + '"'
