// SPDX-License-Identifier: Apache-2.0
// Files and memory; whatever cannot be had ends the program.
#include "confirm.h"

#include <stdio.h>

Bytes allocate(DWORD size) {
    BYTE *at = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size + 1);
    if (at == NULL)
        fail(TEXT_NO_MEMORY);
    return (Bytes){at, size};
}

HANDLE open_to_read(const wchar_t *path) {
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        fail(TEXT_NOT_READ, path, GetLastError());
    return file;
}

Bytes read_file(const wchar_t *path) {
    HANDLE file = open_to_read(path);
    DWORD size = GetFileSize(file, NULL), got = 0;
    if (size > ROOM)
        fail(TEXT_NOT_READ, path, ERROR_FILE_TOO_LARGE);
    Bytes content = allocate(size);
    if (!ReadFile(file, content.at, size, &got, NULL) || got != size)
        fail(TEXT_NOT_READ, path, GetLastError());
    CloseHandle(file);
    return content;
}

// Never over a file that is there: it may be another user's, or a link to somewhere else.
void write_new(const wchar_t *path, Bytes content) {
    DWORD put = 0;
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        fail(TEXT_NOT_WRITTEN, path, GetLastError());
    if (!WriteFile(file, content.at, content.size, &put, NULL) || put != content.size || !FlushFileBuffers(file))
        fail(TEXT_NOT_WRITTEN, path, GetLastError());
    CloseHandle(file);
}

bool is_there(const wchar_t *path) {
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

void join(wchar_t path[MAX_PATH], const wchar_t *folder, const wchar_t *name) {
    if (_snwprintf(path, MAX_PATH, L"%ls\\%ls", folder, name) >= MAX_PATH)
        fail(TEXT_NOT_WRITTEN, name, ERROR_FILENAME_EXCED_RANGE);
    path[MAX_PATH - 1] = 0;
}
