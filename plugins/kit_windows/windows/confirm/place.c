// SPDX-License-Identifier: Apache-2.0
// Where things are on the PC. The key is the PC's, not a person's: the service of the VPN engine needs it, and so does
// whoever runs 「インストール確認」 for the first time. The installer makes its folder, as administrator; a person may
// put a file into it, which then only that person, administrators and the system can read.
#include "confirm.h"

#include <sddl.h>
#include <shlobj.h>

#define FOLDER L"RenkeiKit"
// Full for system and administrators, and for each file's own maker; others may look, and add.
#define WHO_MAY L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OIIO;FA;;;CO)(A;;0x1200ab;;;BU)"

static void known(wchar_t path[MAX_PATH], int id) {
    if (SHGetFolderPathW(NULL, id, NULL, SHGFP_TYPE_CURRENT, path) != S_OK)
        fail(TEXT_NO_FOLDER, id);
}

static void key_folder(wchar_t path[MAX_PATH]) {
    wchar_t data[MAX_PATH];
    known(data, CSIDL_COMMON_APPDATA);
    join(path, data, FOLDER);
}

// One that was there already may be somebody else's work: it gets the same guard. It is opened as what it is, and never
// what a link of an ordinary person leads to, which would be opened to everybody by our own hand.
static bool is_guarded(const wchar_t *path, PSECURITY_DESCRIPTOR who_may) {
    BY_HANDLE_FILE_INFORMATION about;
    HANDLE folder = CreateFileW(path, WRITE_DAC | FILE_READ_ATTRIBUTES, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    if (folder == INVALID_HANDLE_VALUE)
        return false;
    bool done = GetFileInformationByHandle(folder, &about) &&
                (about.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0 &&
                (about.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0 &&
                SetKernelObjectSecurity(folder, DACL_SECURITY_INFORMATION, who_may);
    CloseHandle(folder);
    return done;
}

void prepare_key_folder(void) {
    wchar_t path[MAX_PATH];
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, FALSE};
    key_folder(path);
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(WHO_MAY, SDDL_REVISION_1,
                                                              &attributes.lpSecurityDescriptor, NULL))
        fail(TEXT_NOT_WRITTEN, path, GetLastError());
    CreateDirectoryW(path, &attributes);
    if (!is_guarded(path, attributes.lpSecurityDescriptor))
        fail(TEXT_NOT_WRITTEN, path, GetLastError());
    LocalFree(attributes.lpSecurityDescriptor);
}

// Each seat's own: a key of another seat, left by whom it may be, is never taken for this one's.
void key_file(const char *name, const wchar_t *ending, wchar_t path[MAX_PATH]) {
    wchar_t folder[MAX_PATH], file[64];
    key_folder(folder);
    _snwprintf(file, COUNT(file), L"%hs.%ls", name, ending);
    join(path, folder, file);
}

static void delete_all(const wchar_t *folder, const wchar_t *pattern) {
    wchar_t path[MAX_PATH];
    WIN32_FIND_DATAW found;
    join(path, folder, pattern);
    HANDLE search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        join(path, folder, found.cFileName);
        DeleteFileW(path);
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

void forget_keys(void) {
    wchar_t folder[MAX_PATH];
    key_folder(folder);
    delete_all(folder, L"*.key");
    delete_all(folder, L"*.crt");
    RemoveDirectoryW(folder);
}

// A path below "Program Files".
void program_file(const wchar_t *below, wchar_t path[MAX_PATH]) {
    wchar_t programs[MAX_PATH];
    known(programs, CSIDL_PROGRAM_FILES);
    join(path, programs, below);
}

void desktop(wchar_t path[MAX_PATH]) {
    known(path, CSIDL_DESKTOPDIRECTORY);
}

void beside_program(wchar_t path[MAX_PATH], const wchar_t *name) {
    wchar_t own[MAX_PATH];
    DWORD size = GetModuleFileNameW(NULL, own, MAX_PATH);
    wchar_t *last = size < MAX_PATH ? wcsrchr(own, L'\\') : NULL;
    if (last == NULL)
        fail(TEXT_NO_FOLDER, 0);
    *last = 0;
    join(path, own, name);
}
