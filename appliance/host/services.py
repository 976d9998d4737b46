# SPDX-License-Identifier: Apache-2.0
"""What a plugin is given: the parts of Services that are the same in every tier."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, NoReturn, TypeVar

from appliance.config.credentials import Credentials
from appliance.contracts.plugin import Clock, PluginError, Random, Records, Services
from appliance.metrics.registry import Metrics

T = TypeVar("T")
Ask = Callable[[object], Awaitable[Any]]


def plugin_services(
    name: str,
    *,
    clock: Clock,
    random: Random,
    metrics: Metrics,
    credentials: Credentials,
    records: Records | None = None,
    ask: Ask | None = None,
) -> Services:
    """The services of the plugin name. Without records or ask, as in web and gate, their use raises PluginError."""
    return Services(
        clock=clock,
        random=random,
        log=logging.getLogger(f"renkei.plugin.{name}"),
        metrics=metrics.plugin_metrics(name),
        records=records or NoRecords(),
        ask=ask or _nobody_to_ask,
        credential=credentials.get,
        in_thread=WorkerThread(f"plugin-{name}"),
    )


class NoRecords:
    """The records of a plugin outside of the vault."""

    async def get(self, key: str) -> bytes | None:
        """Not here."""
        _only_in_the_vault()

    async def put(self, key: str, value: bytes) -> None:
        """Not here."""
        _only_in_the_vault()

    async def delete(self, key: str) -> None:
        """Not here."""
        _only_in_the_vault()

    async def scan(
        self, after: str = "", limit: int = 1000, *, prefix: str = "", newest: bool = False
    ) -> list[tuple[str, bytes]]:
        """Not here."""
        _only_in_the_vault()


def _only_in_the_vault() -> NoReturn:
    raise PluginError("only plugins of the vault keep records; send a message instead")


async def _nobody_to_ask(message: object) -> NoReturn:
    raise PluginError("only plugins of the vault ask by themselves; a page asks with the visitor's request")


@dataclass(frozen=True, slots=True)
class _Task:
    """One function to run, and the future that waits for it."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    answer: "asyncio.Future[Any]"


class WorkerThread:
    """Runs blocking functions one after another, in a thread that is made when first needed.

    The thread is a daemon: a plugin that hangs in it cannot keep the process from ending.
    """

    def __init__(self, name: str) -> None:
        """name is that of the thread."""
        self._name = name
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    async def __call__(self, function: Callable[..., T], *args: Any) -> T:
        """The result of function(*args); raises what it raises, and PluginError once closed."""
        if self._closed:
            raise PluginError("the plugin has been stopped; nothing runs in its thread any more")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._tasks.put(_Task(function, args, answer))
        return await answer

    def close(self) -> None:
        """Let the thread end after what it has begun."""
        self._closed = True
        self._tasks.put(None)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            if not task.answer.cancelled():
                _run_one(task)


def _run_one(task: _Task) -> None:
    value, failure = None, None
    try:
        value = task.function(*task.args)
    except BaseException as error:  # noqa: BLE001 - handed to whoever waits
        failure = error
    try:
        task.answer.get_loop().call_soon_threadsafe(_resolve, task.answer, value, failure)
    except RuntimeError:
        logging.getLogger(__name__).warning("a plugin's function ended after the loop did")


def _resolve(answer: "asyncio.Future[Any]", value: object, failure: BaseException | None) -> None:
    if answer.cancelled():
        return
    if failure is not None:
        answer.set_exception(failure)
    else:
        answer.set_result(value)
