# SPDX-License-Identifier: Apache-2.0
"""The rows of the download list, and how far each PC is, in words."""

from dataclasses import replace

import pytest

from appliance.link.messages import Counter, CounterKit, CounterManual, CounterSeat
from appliance.model.devices import SeatState
from appliance.web.public.download_lines import file_lines, grouped, installer, seat_lines, slashed

WINDOWS = CounterKit("kit_windows", "Windows", "setup.123456-0000001.01.exe", 49_647_003, "2023-10-11")
LINUX = CounterKit("kit_linux", "Linux", "setup.123456-0000001.01.run", 12_345, "2023-10-12")
SEAT = CounterSeat(1, SeatState.READY, 0)
MANUAL = CounterManual("install", "インストール手順書", "手順書(20221129).pdf", 1_607_507, "2022-11-29")


def counter(*seats: CounterSeat, manuals: tuple[CounterManual, ...] = ()) -> Counter:
    return Counter("さくら商事", 1, "123456-0000001", "佐倉 花子", "サクラ　ハナコ", "", seats, manuals)


def test_sizes_and_days_are_written_as_offices_know_them() -> None:
    assert (grouped(49_647_003), slashed("2023-10-11")) == ("49,647,003", "2023/10/11")


def test_the_first_installer_is_the_admins() -> None:
    assert installer(1) == "インストーラー(1台目用)(管理者用)"
    assert installer(2) == "インストーラー(2台目用)" and installer(3) == "インストーラー(3台目用)"


def test_manuals_come_first_and_each_seat_has_its_rows() -> None:
    lines = file_lines(counter(replace(SEAT, kits=(WINDOWS,)), manuals=(MANUAL,)))
    assert [line.title for line in lines] == ["インストール手順書", "インストーラー(1台目用)(管理者用)"]
    assert [line.path for line in lines] == ["/download/manuals/install/file", "/download/kits/1/kit_windows/file"]


def test_windows_comes_first_and_each_kind_of_pc_is_named() -> None:
    lines = file_lines(counter(replace(SEAT, kits=(LINUX, WINDOWS))))
    assert [line.title.rpartition(" ")[2] for line in lines] == ["Windows", "Linux"]


def test_a_kit_that_cannot_be_made_is_no_row_beside_one_that_can() -> None:
    away = replace(LINUX, missing="not there", file_name="", size=0)
    [line] = file_lines(counter(replace(SEAT, kits=(WINDOWS, away))))
    assert line.file_name == WINDOWS.file_name


@pytest.mark.parametrize("kits", [(), (replace(WINDOWS, missing="add-client first"),)])
def test_a_seat_without_any_says_why_and_whom_to_ask(kits: tuple[CounterKit, ...]) -> None:
    [line] = file_lines(counter(replace(SEAT, kits=kits)))
    assert not line.path and "基金の準備が済んでいない" in line.about and "連絡先" in line.about
    assert "add-client" not in line.about, "what fund IT has to do is not for offices"


def test_a_closed_seat_says_that_it_is_closed() -> None:
    [line] = file_lines(counter(replace(SEAT, state=SeatState.CLOSED)))
    assert "まだ開かれていません" in line.about


def test_a_scan_is_said_only_where_there_was_one() -> None:
    plain, scanned = file_lines(counter(manuals=(MANUAL, replace(MANUAL, engine="ClamAV", scanned_at=1))))
    assert plain.about == "" and scanned.about.startswith("検査済み（ClamAV、")


@pytest.mark.parametrize("state", SeatState)
def test_every_state_has_words(state: SeatState) -> None:
    [line] = seat_lines(counter(replace(SEAT, state=state)))
    assert line.state and line.about.endswith("。") and line.name == "1台目（管理者用）"


def test_a_promised_day_is_said_while_it_waits() -> None:
    waiting = CounterSeat(2, SeatState.REQUESTED, 0, "2026-06-11")
    [line] = seat_lines(counter(waiting))
    assert line.name == "2台目" and "2026年6月11日(木)までに" in line.about
    [active] = seat_lines(counter(replace(waiting, state=SeatState.ACTIVE)))
    assert "6月11日" not in active.about
