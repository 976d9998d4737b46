# SPDX-License-Identifier: Apache-2.0
"""An await that ends, whatever the plugin does.

It costs next to nothing where the plugin answers at once: no task, and no timer until the plugin first waits.

1. The plugin runs in the caller's own task, so `asyncio.timeout` and TaskGroup work inside it.
2. When its time is over it is cancelled once, and has the grace to clean up.
3. If it still waits after the grace, it is abandoned: closed where it stands, and never awaited again.
4. Cancelling the caller cancels the plugin; a plugin that cancels itself has failed, and cancels nobody else.
"""

import asyncio
import ctypes
from collections.abc import Awaitable, Generator
from typing import Any

GRACE = 1.0


class Abandoned(TimeoutError):
    """The plugin ignored its cancellation and was left behind."""


class CancelledItself(Exception):
    """The plugin raised CancelledError although nobody had cancelled it."""


class Bound:
    """Awaits one awaitable for at most so many seconds. For one await only."""

    __slots__ = (
        "_awaitable",
        "_before",
        "_cancels",
        "_deadline",
        "_loop",
        "_paused",
        "_seconds",
        "_task",
        "_timer",
    )

    _task: "asyncio.Task[Any]"
    _timer: asyncio.TimerHandle

    def __init__(self, seconds: float, awaitable: Awaitable[Any] | None = None) -> None:
        """awaitable may also come later, by of()."""
        self._awaitable = awaitable
        self._seconds = seconds
        self._cancels = 0
        self._paused = False

    def of(self, awaitable: Awaitable[Any]) -> "Bound":
        """Await this one."""
        self._awaitable = awaitable
        return self

    def pause(self) -> None:
        """The plugin waits for us now; that is not its time."""
        self._paused = True

    def go_on(self) -> None:
        """It is the plugin's turn again, with its full time."""
        self._paused = False
        self._deadline = asyncio.get_running_loop().time() + self._seconds

    def __await__(self) -> Generator[Any, Any, Any]:
        """The result. Raises TimeoutError, Abandoned, and whatever the awaitable raises."""
        assert self._awaitable is not None
        steps = self._awaitable.__await__()
        try:
            waiting_for = next(steps)
        except StopIteration as end:
            return end.value
        except asyncio.CancelledError as error:
            if not _current().cancelling():
                raise CancelledItself("it cancelled itself") from error
            raise
        return (yield from self._rest(steps, waiting_for))

    def _rest(self, steps: Generator[Any, Any, Any], waiting_for: Any) -> Generator[Any, Any, Any]:
        """Go on with an awaitable that waits for something."""
        self._arm()
        try:
            while True:
                try:
                    yield waiting_for
                except GeneratorExit:
                    steps.close()
                    raise
                except BaseException as error:  # noqa: BLE001 - handed on to the awaitable, as an await does
                    waiting_for = self._hand_on(steps, error)
                else:
                    waiting_for = next(steps)
        except StopIteration as end:
            return end.value
        except asyncio.CancelledError as error:
            if self._only_ours():
                raise TimeoutError(f"no answer within {self._seconds:g} s") from error
            if self._task.cancelling() <= self._before:
                raise CancelledItself("it cancelled itself") from error
            raise
        finally:
            self._disarm()

    def _hand_on(self, steps: Generator[Any, Any, Any], error: BaseException) -> Any:
        if self._cancels < 2:
            return steps.throw(error)
        _close(steps)
        if not self._only_ours():
            raise error
        raise Abandoned(f"no answer within {self._seconds:g} s, and not to be cancelled")

    def _arm(self) -> None:
        self._task = _current()
        # A task that was cancelled while it ran, as by Ctrl-C, has yet to hear of it: it is not the plugin's act.
        self._before = self._task.cancelling() - bool(getattr(self._task, "_must_cancel", False))
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.time() + self._seconds
        self._timer = self._loop.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        """The timer went off: look whether the time is really over."""
        now = self._loop.time()
        if not self._cancels and (self._paused or now < self._deadline):
            self._timer = self._loop.call_at(max(self._deadline, now + self._seconds / 2), self._ring)
            return
        self._cancels += 1
        self._task.cancel()
        if self._cancels == 1:
            self._timer = self._loop.call_later(GRACE, self._ring)

    def _only_ours(self) -> bool:
        """Whether nobody but this bound has cancelled the task."""
        return self._cancels > 0 and self._task.cancelling() - self._cancels <= self._before

    def _disarm(self) -> None:
        self._timer.cancel()
        for _ in range(self._cancels):
            self._task.uncancel()


def _current() -> "asyncio.Task[Any]":
    task = asyncio.current_task()
    assert task is not None, "a plugin is awaited in a task"
    return task


def _close(steps: Generator[Any, Any, Any]) -> None:
    """End an awaitable that would not be cancelled, without waiting for it."""
    try:
        steps.close()
    except BaseException:  # noqa: BLE001 - its last words; it is abandoned and counted as such
        # Collecting it would run it once more, with no end if it loops: it is kept, even while the process ends.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(steps))
