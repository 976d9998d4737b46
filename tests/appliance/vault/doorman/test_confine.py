# SPDX-License-Identifier: Apache-2.0
"""A confined process can neither take memory, nor time, nor files, nor start anything."""

import os

import pytest

from appliance.vault.doorman.confine import memory_now, process_option
from tests.appliance.vault.doorman.forked import says

CONFINED = """
    import os, resource, socket, sys
    from appliance.vault.doorman import confine as limits
    limits.allow_only_these = lambda libc: None
    limits.confine(limits.memory_now(), 0, 0)
    {act}
    """


# Without the filter of test_syscalls.py, each limit holds by itself.
def when_confined(act: str) -> str:
    return says(CONFINED.format(act=act))


@pytest.mark.parametrize(
    ("act", "error"),
    [
        ("bytearray(512 * 1024 * 1024)", "MemoryError"),
        ("open('/etc/passwd')", "Too many open files"),
        ("socket.socket()", "Too many open files"),
        ("socket.socketpair()", "Too many open files"),
        ("os.pipe()", "Too many open files"),
        ("resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40)) if os.getuid() else 1/0", "Error"),
    ],
)
def test_what_it_does_not_need_it_cannot_have(act: str, error: str) -> None:
    assert error in when_confined(act)


def test_it_can_still_do_its_work() -> None:
    assert when_confined("print(len(bytearray(32 * 1024 * 1024)))") == str(32 * 1024 * 1024)
    assert when_confined("print(resource.getrlimit(resource.RLIMIT_CORE)[0])") == "0"


def test_one_that_thinks_for_ever_is_ended() -> None:
    limits = "print([resource.getrlimit(one)[1] for one in (resource.RLIMIT_CPU, resource.RLIMIT_NPROC)])"
    assert when_confined(limits) == "[20, 0]"
    endless = "resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n    while True: pass"
    assert when_confined(endless).strip().startswith("-9")


def test_it_gains_no_rights_and_shows_nothing() -> None:
    no_new_rights, shown = 39, 3
    asked = f"from appliance.vault.doorman import confine as c; print(c._libc.prctl({no_new_rights}, 0, 0, 0, 0))"
    assert when_confined(asked) == "1"
    assert when_confined(asked.replace(f"({no_new_rights},", f"({shown},")) == "0"


def test_it_ends_with_its_parent() -> None:
    orphan = """
        import os
        from appliance.vault.doorman.confine import die_with
        die_with(os.getppid() + 1)
        print("lives on")
        """
    assert says(orphan) == " 1 "


def test_memory_is_told_in_bytes() -> None:
    assert 10_000_000 < memory_now() < 2**45


def test_an_option_that_the_kernel_refuses_is_an_error() -> None:
    with pytest.raises(OSError, match=os.strerror(22)):
        process_option(9999, 1)
