// SPDX-License-Identifier: Apache-2.0
// What people read: in a console as it is, in a pipe as UTF-8.
#include "confirm.h"

#include <conio.h>
#include <stdarg.h>
#include <stdio.h>

static bool has_person;

// The window is a person's own: a failure stays to be read, too.
void person_watches(void) {
    has_person = true;
}

static bool is_console(HANDLE out) {
    DWORD mode;
    return GetConsoleMode(out, &mode) != 0;
}

static void put(HANDLE out, const wchar_t *text) {
    DWORD written;
    char utf8[8192];
    if (is_console(out)) {
        WriteConsoleW(out, text, (DWORD)wcslen(text), &written, NULL);
        return;
    }
    int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof utf8, NULL, NULL);
    if (size > 1)
        WriteFile(out, utf8, (DWORD)size - 1, &written, NULL);
}

static void put_form(HANDLE out, const wchar_t *form, va_list values) {
    wchar_t text[2048];
    _vsnwprintf(text, COUNT(text) - 1, form, values);
    text[COUNT(text) - 1] = 0;
    put(out, text);
    put(out, L"\r\n");
}

void say(const wchar_t *form, ...) {
    va_list values;
    va_start(values, form);
    put_form(GetStdHandle(STD_OUTPUT_HANDLE), form, values);
    va_end(values);
}

// R74: the window stays until somebody has pressed a key. Where there is no window, there is nobody to wait for.
void wait_for_key(void) {
    if (!is_console(GetStdHandle(STD_INPUT_HANDLE)) || !is_console(GetStdHandle(STD_OUTPUT_HANDLE)))
        return;
    say(TEXT_PRESS_KEY);
    _getwch();
}

void fail(const wchar_t *form, ...) {
    va_list values;
    va_start(values, form);
    put_form(GetStdHandle(STD_ERROR_HANDLE), form, values);
    va_end(values);
    if (has_person)
        wait_for_key();
    ExitProcess(100);
}
