// SPDX-License-Identifier: Apache-2.0
// seat.ini, which the installer has put beside this program.
#include "confirm.h"

#include <stdio.h>

#define FILE_NAME L"seat.ini"

// In UTC, as files tell it.
void time_now(char *text, DWORD size) {
    SYSTEMTIME now;
    GetSystemTime(&now);
    snprintf(text, size, "%04d-%02d-%02dT%02d:%02d:%02dZ", now.wYear, now.wMonth, now.wDay, now.wHour, now.wMinute,
             now.wSecond);
}

// false where the file does not say it.
bool seat_text(const Seat *seat, const wchar_t *section, const wchar_t *name, wchar_t *text, DWORD count) {
    return GetPrivateProfileStringW(section, name, L"", text, count, seat->path) != 0;
}

void seat_value(const Seat *seat, const wchar_t *section, const wchar_t *name, char *value, DWORD size) {
    wchar_t wide[512];
    BOOL is_other = FALSE;
    if (!seat_text(seat, section, name, wide, COUNT(wide)) || !WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, wide, -1, value, (int)size, NULL, &is_other) || is_other)
        fail(TEXT_SEAT_DAMAGED, seat->path, name);
}

void seat_read(Seat *seat) {
    beside_program(seat->path, FILE_NAME);
    if (!is_there(seat->path))
        fail(TEXT_NO_SEAT);
    seat_value(seat, L"seat", L"contract", seat->contract, sizeof seat->contract);
    seat_value(seat, L"seat", L"number", seat->number, sizeof seat->number);
    seat_value(seat, L"seat", L"kit", seat->kit, sizeof seat->kit);
}
