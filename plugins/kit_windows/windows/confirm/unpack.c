// SPDX-License-Identifier: Apache-2.0
// What stands behind the installer in its own file: the engine's client, the portal's authority and the seat. It is
// found from its end, which is that of the file, or where a signature begins (docs/kits.md).
#include "confirm.h"

#include <string.h>

#define MAGIC "RENKEI-KIT-DATA1"
#define PIECE 65536

typedef struct {
    char magic[16];
    unsigned long long client, authorities, seat, padding;
    BYTE sha256[SHA256_SIZE];
} Footer;

typedef struct {
    HANDLE file;
    Hashing hashing;
} Reading;

static void read_at(HANDLE file, unsigned long long at, void *to, DWORD size) {
    LARGE_INTEGER place = {.QuadPart = (LONGLONG)at};
    DWORD got = 0;
    if (!SetFilePointerEx(file, place, NULL, FILE_BEGIN) || !ReadFile(file, to, size, &got, NULL) || got != size)
        fail(TEXT_KIT_DAMAGED);
}

// Where an Authenticode signature begins, else the end of the file.
static unsigned long long end_of(HANDLE file) {
    IMAGE_DOS_HEADER dos;
    IMAGE_NT_HEADERS64 nt;
    LARGE_INTEGER size;
    read_at(file, 0, &dos, sizeof dos);
    read_at(file, (unsigned long long)dos.e_lfanew, &nt, sizeof nt);
    if (nt.OptionalHeader.Magic != IMAGE_NT_OPTIONAL_HDR64_MAGIC || !GetFileSizeEx(file, &size))
        fail(TEXT_KIT_DAMAGED);
    DWORD signature = nt.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_SECURITY].VirtualAddress;
    return signature ? signature : (unsigned long long)size.QuadPart;
}

static unsigned long long footer_of(HANDLE file, Footer *footer) {
    unsigned long long end = end_of(file), most = end;
    if (end < sizeof *footer)
        fail(TEXT_KIT_DAMAGED);
    read_at(file, end - sizeof *footer, footer, sizeof *footer);
    if (memcmp(footer->magic, MAGIC, sizeof footer->magic) != 0 || footer->client > most || footer->authorities > ROOM ||
        footer->seat > ROOM || footer->padding > 8)
        fail(TEXT_KIT_DAMAGED);
    unsigned long long size = footer->client + footer->authorities + footer->seat + footer->padding;
    if (size > end - sizeof *footer)
        fail(TEXT_KIT_DAMAGED);
    return end - sizeof *footer - size;
}

static HANDLE create(const wchar_t *folder, const wchar_t *name) {
    wchar_t path[MAX_PATH];
    join(path, folder, name);
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        fail(TEXT_NOT_WRITTEN, path, GetLastError());
    return file;
}

// The next size bytes are hashed, and go to a file of this name; to none where there is no name.
static void next(Reading *reading, unsigned long long size, const wchar_t *folder, const wchar_t *name) {
    static BYTE piece[PIECE];
    HANDLE to = name ? create(folder, name) : NULL;
    while (size > 0) {
        DWORD wanted = size < PIECE ? (DWORD)size : PIECE, got = 0, put = 0;
        if (!ReadFile(reading->file, piece, wanted, &got, NULL) || got != wanted)
            fail(TEXT_KIT_DAMAGED);
        hash_more(&reading->hashing, piece, got);
        if (to && (!WriteFile(to, piece, got, &put, NULL) || put != got))
            fail(TEXT_NOT_WRITTEN, name, GetLastError());
        size -= got;
    }
    if (to)
        CloseHandle(to);
}

void unpack(const wchar_t *installer, const wchar_t *folder, bool with_client) {
    Reading reading = {.file = open_to_read(installer)};
    Footer footer;
    BYTE hash[SHA256_SIZE];
    LARGE_INTEGER at = {.QuadPart = (LONGLONG)footer_of(reading.file, &footer)};
    SetFilePointerEx(reading.file, at, NULL, FILE_BEGIN);
    hash_begin(&reading.hashing);
    next(&reading, footer.client, folder, with_client ? L"client.exe" : NULL);
    next(&reading, footer.authorities, folder, footer.authorities ? L"authorities.pem" : NULL);
    next(&reading, footer.seat, folder, L"seat.ini");
    next(&reading, footer.padding, folder, NULL);
    hash_end(&reading.hashing, hash);
    CloseHandle(reading.file);
    if (memcmp(hash, footer.sha256, sizeof hash) != 0)
        fail(TEXT_KIT_DAMAGED);
}
