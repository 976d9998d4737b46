# SPDX-License-Identifier: Apache-2.0
"""Somebody at the screen who knows no address: reads, presses what says so, types where a label is."""

import json
from pathlib import Path

from tests.servers.chromium import Tab
from tests.story.stage import need

# What can be pressed, or typed into, among what is seen; the words are those that a screen reader reads.
_EYES = """
const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled;
const spoken = (one) => one.getAttribute("aria-label") || one.innerText || one.textContent;
const plain = (text) => text.replace(/\\s+/g, " ").trim();
const words = (one) => plain(spoken(one));
const first = (all, text, said = plain(text)) => all.find((one) => words(one) === said)
  || all.find((one) => words(one).startsWith(said)) || all.find((one) => words(one).includes(said));
const near = (beside) => beside
  ? first([...document.querySelectorAll("tr, li, article, dd, figure")].filter(seen).reverse(), beside) : document;
const pressed = (said, beside) => {
  const place = near(beside);
  return place && first([...place.querySelectorAll("a[href], button, summary")].filter(seen), said);
};
const labelled = (said) => {
  const label = first([...document.querySelectorAll("label, legend")].filter(seen), said);
  return label && (label.control || label.querySelector("input, select, textarea"));
};
"""
_SPOT = """(() => {{ {eyes}
const one = {found};
if (!one) return null;
one.scrollIntoView({{ block: "center", behavior: "instant" }});
const box = one.getClientRects()[0], x = box.x + box.width / 2, y = box.y + box.height / 2;
const hit = document.elementFromPoint(x, y);
return [x, y, one.contains(hit) || (hit && hit.contains(one)) || one.control === hit];
}})()"""


class Hand:
    """One person at one tab."""

    def __init__(self, tab: Tab) -> None:
        """The window is open."""
        self.tab = tab

    async def opens(self, site: str) -> None:
        """Opens the one address that is a bookmark, as somebody who has not been there today."""
        await self.tab.be(site, {})
        await self.tab.go(site)

    async def reads(self) -> str:
        """All that is to be read on the page."""
        return str(await self.tab.run("document.body.innerText"))

    async def sees(self, *words: str) -> None:
        """What the person looks for must be there. Raises StoryFailed."""
        text = await self.reads()
        for one in words:
            need(one in text, f"{one} is not on the page: {text}")

    async def needs_none(self, said: str) -> None:
        """Nothing that can be pressed says this to this person. Raises StoryFailed."""
        found = await self.tab.run(f"(() => {{ {_EYES} return Boolean(pressed({json.dumps(said)}, '')); }})()")
        need(not found, f"{said} is offered")

    async def presses(self, said: str, beside: str = "") -> None:
        """A link or button that leads to another page; beside: the one in the line that says this."""
        async with self.tab.leaving():
            await self.touches(said, beside)

    async def touches(self, said: str, beside: str = "") -> None:
        """A button that changes this page; with the mouse, where it is seen."""
        await self._click(f"pressed({json.dumps(said)}, {json.dumps(beside)})", said)

    async def _click(self, found: str, said: str) -> None:
        spot = await self.tab.run(_SPOT.format(eyes=_EYES, found=found))
        need(spot is not None, f"nothing says {said}: {await self.reads()}")
        x, y, is_free = spot
        need(is_free, f"something lies upon {said}")
        at = {"x": x, "y": y, "button": "left", "clickCount": 1}
        await self.tab.call("Input.dispatchMouseEvent", type="mousePressed", **at)
        await self.tab.call("Input.dispatchMouseEvent", type="mouseReleased", **at)

    async def types(self, label: str, text: str) -> None:
        """Into the field of a label, in the place of what stands there."""
        await self._focus(label)
        await self.tab.run("document.activeElement.select()")
        await self.tab.type(text)

    async def sets(self, label: str, text: str) -> None:
        """A date or a month, which a calendar gives."""
        await self._given(label, json.dumps(text))

    async def picks(self, label: str, option: str) -> None:
        """The option that says so."""
        wanted = f"[...one.options].find((option) => option.text.includes({json.dumps(option)}))?.value"
        await self._given(label, wanted)

    async def ticks(self, label: str) -> None:
        """A box or a radio button, by its label."""
        await self._click(f"labelled({json.dumps(label)})", label)

    async def attaches(self, *files: Path) -> None:
        """Files, as somebody does in the dialog."""
        await self.tab.choose("main input[type=file]", *files)

    async def _focus(self, label: str) -> None:
        found = f"const one = labelled({json.dumps(label)}); one?.focus(); return Boolean(one);"
        focused = await self.tab.run(f"(() => {{ {_EYES} {found} }})()")
        need(focused, f"no field is called {label}: {await self.reads()}")

    async def _given(self, label: str, value: str) -> None:
        await self._focus(label)
        taken = await self.tab.run(
            f"""(() => {{
                const one = document.activeElement, told = {{ bubbles: true }};
                one.value = {value};
                for (const kind of ["input", "change"]) one.dispatchEvent(new Event(kind, told));
                return one.value !== "";
            }})()"""
        )
        need(taken, f"{label} does not take {value}")
