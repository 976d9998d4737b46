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

void seat_value(const Seat *seat, const wchar_t *section, const wchar_t *name, char *value, DWORD size) {
    wchar_t wide[512];
    GetPrivateProfileStringW(section, name, L"", wide, COUNT(wide), seat->path);
    BOOL is_other = FALSE;
    if (!*wide || !WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, wide, -1, value, (int)size, NULL, &is_other) || is_other)
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
