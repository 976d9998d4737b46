// SPDX-License-Identifier: Apache-2.0
// The 診断ファイル (docs/desk.md): what may be in the way of this PC, without anything personal.
#include "confirm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APP_PATHS L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths\\"
#define CLIENT_SERVICE L"sevpnclient"
#define WINDOWS_11 22000
#define TICKS_A_SECOND 10000000LL
#define PATIENCE_MS 5000

typedef struct {
    char text[8192];
    size_t size;
} Lines;

typedef LONG(WINAPI *GetVersionOf)(OSVERSIONINFOW *);

static void line(Lines *lines, const char *name, const char *value) {
    int size = snprintf(lines->text + lines->size, sizeof lines->text - lines->size, "%s: %s\n", name, value);
    if (size < 0 || lines->size + (size_t)size >= sizeof lines->text)
        fail(TEXT_NO_MEMORY);
    lines->size += (size_t)size;
}

static void system_lines(Lines *lines) {
    OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
    char name[32], build[16];
    // The plain way to ask tells programs what they want to hear.
    FARPROC found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlGetVersion");
    GetVersionOf get;
    memcpy(&get, &found, sizeof get);
    if (found == NULL || get(&version) != 0)
        return;
    if (version.dwMajorVersion == 10)
        snprintf(name, sizeof name, "Windows %d", version.dwBuildNumber >= WINDOWS_11 ? 11 : 10);
    else
        snprintf(name, sizeof name, "Windows NT %lu.%lu", version.dwMajorVersion, version.dwMinorVersion);
    snprintf(build, sizeof build, "%lu", version.dwBuildNumber);
    line(lines, "os", name);
    line(lines, "os-build", build);
    line(lines, "os-bits", sizeof(void *) == 8 ? "64" : "32");
}

// Where a program is, by the registry: for everybody, or for this person alone.
static bool program_path(const wchar_t *program, wchar_t path[MAX_PATH]) {
    static const HKEY roots[] = {HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER};
    wchar_t key[128];
    _snwprintf(key, COUNT(key), L"%ls%ls", APP_PATHS, program);
    for (size_t i = 0; i < COUNT(roots); i++) {
        DWORD size = MAX_PATH * sizeof *path;
        if (RegGetValueW(roots[i], key, NULL, RRF_RT_REG_SZ, NULL, path, &size) == ERROR_SUCCESS)
            return true;
    }
    return false;
}

static void browser_line(Lines *lines, const char *name, const wchar_t *program) {
    wchar_t path[MAX_PATH];
    VS_FIXEDFILEINFO *info;
    UINT size;
    char version[64];
    DWORD room = program_path(program, path) ? GetFileVersionInfoSizeW(path, NULL) : 0;
    Bytes data = allocate(room);
    if (room == 0 || !GetFileVersionInfoW(path, 0, room, data.at) || !VerQueryValueW(data.at, L"\\", (void **)&info, &size))
        return;
    snprintf(version, sizeof version, "%u.%u.%u.%u", HIWORD(info->dwFileVersionMS), LOWORD(info->dwFileVersionMS),
             HIWORD(info->dwFileVersionLS), LOWORD(info->dwFileVersionLS));
    line(lines, name, version);
}

static void hint_lines(Lines *lines) {
    int hints = hints_now();
    line(lines, "virtual-machine", hints & HINT_VIRTUAL_MACHINE ? "yes" : "no");
    line(lines, "remote-desktop", hints & HINT_REMOTE_DESKTOP ? "yes" : "no");
    line(lines, "other-vpn", hints & HINT_OTHER_VPN ? "yes" : "no");
}

static long long seconds_of(const SYSTEMTIME *time) {
    FILETIME ticks;
    SystemTimeToFileTime(time, &ticks);
    return ((long long)ticks.dwHighDateTime << 32 | ticks.dwLowDateTime) / TICKS_A_SECOND;
}

static void clock_line(Lines *lines, const char *host, WORD port) {
    wchar_t wide[256];
    SYSTEMTIME there, here;
    char offset[32];
    MultiByteToWideChar(CP_ACP, 0, host, -1, wide, COUNT(wide));
    if (!network_date(wide, port, &there))
        return;
    GetSystemTime(&here);
    snprintf(offset, sizeof offset, "%lld", seconds_of(&here) - seconds_of(&there));
    line(lines, "clock-offset", offset);
}

// Host and port out of https://host:port/; 443 where it names none.
static void network_lines(Lines *lines, const Seat *seat) {
    char url[512], host[256] = "", port[8] = "443";
    seat_value(seat, L"seat", L"public", url, sizeof url);
    sscanf(url, "https://%255[^:/]:%7[0-9]", host, port);
    line(lines, "port-80", network_reaches(host, "80", PATIENCE_MS) ? "open" : "closed");
    line(lines, "port-443", network_reaches(host, port, PATIENCE_MS) ? "open" : "closed");
    clock_line(lines, host, (WORD)atoi(port));
}

static const char *client_state(void) {
    SERVICE_STATUS status = {0};
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = manager ? OpenServiceW(manager, CLIENT_SERVICE, SERVICE_QUERY_STATUS) : NULL;
    const char *state = service ? "stopped" : "none";
    if (service && QueryServiceStatus(service, &status) && status.dwCurrentState == SERVICE_RUNNING)
        state = "running";
    if (service)
        CloseServiceHandle(service);
    if (manager)
        CloseServiceHandle(manager);
    return state;
}

void diagnosis_write(const wchar_t *folder) {
    static Lines lines;
    Seat seat;
    char now[32];
    wchar_t path[MAX_PATH];
    seat_read(&seat);
    time_now(now, sizeof now);
    line(&lines, "renkei-diagnosis", "1");
    line(&lines, "made-at", now);
    line(&lines, "contract", seat.contract);
    line(&lines, "seat", seat.number);
    system_lines(&lines);
    browser_line(&lines, "chrome", L"chrome.exe");
    browser_line(&lines, "edge", L"msedge.exe");
    hint_lines(&lines);
    network_lines(&lines, &seat);
    line(&lines, "client", client_state());
    join(path, folder, TEXT_DIAGNOSIS_NAME);
    DeleteFileW(path);
    write_new(path, (Bytes){(BYTE *)lines.text, (DWORD)lines.size});
    say(TEXT_WRITTEN, path);
}
