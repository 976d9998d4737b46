# SPDX-License-Identifier: Apache-2.0
"""pluggy, once, at start: are the hooks of a plugin hooks, and what do they hand over? (design §4)"""

import ast
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pluggy

from appliance.config.decode import did_you_mean
from appliance.contracts.families import BY_ID, FAMILIES, Combine, Family
from appliance.contracts.plugin import PROJECT, Plugin
from appliance.host.conform import complaints
from appliance.host.refused import StartRefused

HOOKS = tuple(family.hook for family in FAMILIES)
_MARK = f"{PROJECT}_impl"
_PREFIX = "register_"
_LIFE = ("start", "check", "stop")
_FORBIDDEN = ("wrapper", "hookwrapper", "optionalhook")


def new_manager() -> pluggy.PluginManager:
    """A plugin manager that knows one hook a family."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(_specification())
    return manager


def families_of(kind: type[Plugin]) -> list[Family]:
    """The families that a plugin hooks, without making or starting it. Raises StartRefused.

    A method that looks like a hook and is none, or hooks a family that does not exist, is refused.
    """
    for name in _looks_like_hook(kind):
        _refuse_no_hook(kind, name)
    for name in _LIFE:
        if not inspect.iscoroutinefunction(getattr(kind, name)):
            raise StartRefused(f"{kind.__name__}.{name} must be `async def`")
    found = [family for family in FAMILIES if hasattr(getattr(kind, family.hook, None), _MARK)]
    if not found:
        raise StartRefused(f"{kind.__name__} hooks nothing; give it a method such as `register_policy`")
    return found


def may_be_missing(text: bytes) -> bool:
    """Whether the plugin with this source may be left out, as far as can be told without running it.

    It may if the source has hooks and each is of a family whose failure does not mean deny, and which has not to be
    there exactly once. A source that hides its hooks may not: nobody knows what would be missing.
    """
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):
        return False
    names = [node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith(_PREFIX)]
    hooked = [family for family in FAMILIES if family.hook in names]
    return bool(hooked) and all(map(may_be_without, hooked))


def may_be_without(family: Family) -> bool:
    """Whether the appliance can run without a plugin of this family (design §4)."""
    return family.may_be_optional and family.combine is not Combine.EXACTLY_ONE


def providers_of(manager: pluggy.PluginManager, name: str, plugin: Plugin) -> list[tuple[Family, object]]:
    """Call each hook of plugin once; what they hand over, checked against the contracts. Raises StartRefused."""
    _register(manager, name, plugin)
    handed: list[tuple[Family, object]] = []
    for hook in manager.get_hookcallers(plugin) or []:
        family = BY_ID[hook.name.removeprefix(_PREFIX)]
        mine = next(impl for impl in hook.get_hookimpls() if impl.plugin is plugin)
        handed += [(family, provider) for provider in _called(hook.name, mine.function)]
    for family, provider in handed:
        _refuse_unfit(family, provider)
    return handed


def _specification() -> type:
    """A class with a hook specification for each family."""
    mark = pluggy.HookspecMarker(PROJECT)

    def make(family: Family) -> Callable[..., Any]:
        def hook(self: object) -> list[object]:
            raise NotImplementedError  # a specification says what is handed over, and is never called

        hook.__name__ = family.hook
        hook.__doc__ = f"Hand over the providers of: {family.does}."
        return mark(hook)

    return type("Hooks", (), {family.hook: make(family) for family in FAMILIES})


def _looks_like_hook(kind: type) -> Iterator[str]:
    for name in dir(kind):
        marked = hasattr(getattr(kind, name), _MARK)
        if marked or (name.startswith(_PREFIX) and callable(getattr(kind, name))):
            yield name


def _refuse_no_hook(kind: type, name: str) -> None:
    where = f"{kind.__name__}.{name}"
    if name not in HOOKS:
        raise StartRefused(f"{where} is no hook; {did_you_mean(name, HOOKS)}")
    options = getattr(getattr(kind, name), _MARK, None)
    if options is None:
        raise StartRefused(f"{where} lacks its decorator; write @hookimpl above it")
    if any(options[word] for word in _FORBIDDEN) or options["specname"]:
        raise StartRefused(f"{where} is a plain hook; write @hookimpl without arguments")
    if inspect.iscoroutinefunction(getattr(kind, name)):
        raise StartRefused(f"{where} hands over objects and is not awaited; write `def`, not `async def`")


def _register(manager: pluggy.PluginManager, name: str, plugin: Plugin) -> None:
    try:
        manager.register(plugin, name=name)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        if manager.is_registered(plugin):
            manager.unregister(plugin)
        raise StartRefused(f"its hooks do not fit: {error}") from error


def _called(hook: str, function: Callable[[], object]) -> list[object]:
    try:
        handed = function()
    except Exception as error:
        raise StartRefused(f"its {hook} failed: {type(error).__name__}: {error}") from error
    if not isinstance(handed, list | tuple):
        raise StartRefused(f"its {hook} returned {type(handed).__name__}; return a list of providers")
    return list(handed)


def _refuse_unfit(family: Family, provider: object) -> None:
    if family.contract is None:
        raise StartRefused(f"the family {family.id} takes no plugins in this release")
    wrong = complaints(provider, family.contract)
    if wrong:
        raise StartRefused(f"its {family.id} provider {type(provider).__name__} {'; it '.join(wrong)}")
