# SPDX-License-Identifier: Apache-2.0
"""What axe-core finds on a page, at a desk and on a phone, in light and dark; and whether a page is too wide."""

from pathlib import Path

from tests.servers.chromium import Tab

AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
# In CSS pixels: a small desk, the same at 200 %, a phone, and a desk of 1280 at 400 % (WCAG 1.4.10).
DESK, ZOOMED, PHONE, CLOSE = (1366, 768), (683, 384), (390, 844), (320, 256)
# What the computer prefers changes colours and nothing else.
_ALL, _COLOURS = "{}", '{runOnly: ["color-contrast", "link-in-text-block"]}'
_FOUND = """axe.run(%s).then((found) => found.violations.map((one) =>
    `${one.id}: ${one.help}: ${one.nodes.slice(0, 4).map((node) => node.html.slice(0, 200)).join(" | ")}`))"""
_TOO_WIDE = """(() => {
    const pushed = [...document.querySelectorAll(".scroll")].find((one) => one.scrollWidth > one.clientWidth + 1);
    // A table of figures may need two ways where there is no room at all (WCAG 1.4.10).
    if (pushed && innerWidth > 320) return `a table must be pushed sideways: ${pushed.getAttribute("aria-label")}`;
    const wide = document.documentElement.scrollWidth - innerWidth;
    if (wide <= 0) return "";
    const out = [...document.querySelectorAll("body *")].filter((one) =>
        one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, .picked"));
    return `${wide} px too wide: ${out.slice(-3).map((one) => one.outerHTML.slice(0, 120)).join(" | ")}`;
})()"""


async def clear(tab: Tab, name: str) -> list[str]:
    """What is not seen seven times better than its ground by who wants more contrast (WCAG 1.4.6)."""
    await tab.run(AXE + ";0")
    wrong = []
    for dark in (False, True):
        await tab.wear(*DESK, dark=dark, more=True)
        found = await tab.run(_FOUND % '{runOnly: ["color-contrast-enhanced"]}')
        wrong += [f"{name}{' dark' if dark else ''}: {one}" for one in found]
    return wrong


async def glance(tab: Tab, name: str) -> list[str]:
    """The same of a page whose like was looked at before: at a desk, in light; and whether it fits a phone."""
    await tab.run(AXE + ";0")
    await tab.wear(*DESK)
    wrong = [f"{name}: {found}" for found in await tab.run(_FOUND % _ALL)]
    await tab.wear(*PHONE)
    if wide := await tab.run(_TOO_WIDE):
        wrong.append(f"{name} at {PHONE[0]}: {wide}")
    return wrong


async def look(tab: Tab, name: str) -> list[str]:
    """What is wrong with the page that is open, a line for each; name says which page it is."""
    await tab.run(AXE + ";0")
    wrong = []
    for width, height in (DESK, PHONE):
        for dark in (False, True):
            await tab.wear(width, height, dark=dark)
            place = f"{name} at {width}{' dark' if dark else ''}"
            wrong += [f"{place}: {found}" for found in await tab.run(_FOUND % (_COLOURS if dark else _ALL))]
    for width, height in (DESK, ZOOMED, PHONE, CLOSE):
        await tab.wear(width, height)
        if wide := await tab.run(_TOO_WIDE):
            wrong.append(f"{name} at {width}: {wide}")
    return wrong
