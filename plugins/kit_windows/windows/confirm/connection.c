// SPDX-License-Identifier: Apache-2.0
// 「VPN接続を開始」 and 「切断」 (R87, R91), by the command line of the VPN engine's client. Everybody on the PC can read the
// words of a command: keys go by the names of their files.
#include "confirm.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wincrypt.h>

#define SETTING L"renkei"
// The only kind of name that the client takes on Windows.
#define CARD L"VPN"
#define PIECES 16
#define PIECE_SIZE 400
#define COMMAND_MS 20000
#define KNOCK_MS 500
#define KNOCKS 40
#define NOT_DONE 1

typedef struct {
    Seat seat;
    wchar_t vpncmd[MAX_PATH];
    wchar_t host[256], port[8], hub[64], user[64];
} Connection;

static bool is_wanted(const Seat *seat) {
    wchar_t host[256];
    return seat_text(seat, L"vpn", L"host", host, COUNT(host));
}

static bool connection_read(Connection *connection) {
    const Seat *seat = &connection->seat;
    wchar_t below[MAX_PATH];
    bool told = seat_text(seat, L"vpn", L"host", connection->host, COUNT(connection->host)) &&
                seat_text(seat, L"vpn", L"port", connection->port, COUNT(connection->port)) &&
                seat_text(seat, L"vpn", L"hub", connection->hub, COUNT(connection->hub)) &&
                seat_text(seat, L"vpn", L"user", connection->user, COUNT(connection->user)) &&
                seat_text(seat, L"client", L"command", below, COUNT(below));
    if (told)
        program_file(below, connection->vpncmd);
    return told;
}

// What a process ends with; NOT_DONE where it does not in time.
static DWORD ended(PROCESS_INFORMATION *process) {
    DWORD code = NOT_DONE;
    if (WaitForSingleObject(process->hProcess, COMMAND_MS) == WAIT_OBJECT_0)
        GetExitCodeProcess(process->hProcess, &code);
    else
        TerminateProcess(process->hProcess, NOT_DONE);
    CloseHandle(process->hThread);
    CloseHandle(process->hProcess);
    return code;
}

// Whether the client did what it was told.
static bool told(const Connection *connection, const wchar_t *form, ...) {
    wchar_t words[1536], line[2048];
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    va_list values;
    va_start(values, form);
    int size = _vsnwprintf(words, COUNT(words), form, values);
    va_end(values);
    if (size < 0 || _snwprintf(line, COUNT(line), L"\"%ls\" localhost /CLIENT /CMD %ls", connection->vpncmd, words) < 0)
        return false;
    if (!CreateProcessW(connection->vpncmd, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &start, &process))
        return false;
    return ended(&process) == 0;
}

// The server's own certificate: by no other one is it believed.
static Bytes server_certificate(const Seat *seat) {
    char text[PIECES * PIECE_SIZE + 1] = "", piece[PIECE_SIZE + 1];
    for (int i = 1; i <= PIECES; i++) {
        wchar_t name[24], wide[PIECE_SIZE + 1];
        _snwprintf(name, COUNT(name), L"certificate%d", i);
        if (!seat_text(seat, L"vpn", name, wide, COUNT(wide)))
            break;
        snprintf(piece, sizeof piece, "%ls", wide);
        strcat(text, piece);
    }
    Bytes der = allocate(sizeof text);
    if (!*text || !CryptStringToBinaryA(text, 0, CRYPT_STRING_BASE64, der.at, &der.size, NULL, NULL))
        fail(TEXT_SEAT_DAMAGED, seat->path, L"certificate");
    return der;
}

static void server_file(const Seat *seat, wchar_t path[MAX_PATH]) {
    wchar_t folder[MAX_PATH], name[64];
    DWORD size = GetTempPathW(COUNT(folder), folder);
    if (size == 0 || size >= COUNT(folder))
        fail(TEXT_NO_FOLDER, 0);
    _snwprintf(name, COUNT(name), L"renkei-%lu.crt", GetCurrentProcessId());
    join(path, folder, name);
    DeleteFileW(path);
    pem_write(path, "CERTIFICATE", server_certificate(seat));
}

static bool keys_of(const Seat *seat, wchar_t key[MAX_PATH], wchar_t certificate[MAX_PATH]) {
    char name[64];
    snprintf(name, sizeof name, "%s.%s", seat->contract, seat->number);
    key_file(name, L"key", key);
    key_file(name, L"crt", certificate);
    return is_there(key) && is_there(certificate);
}

// The setting as this kit has it, whatever was there. It is tried once: what the fund ends does not begin anew.
static bool set_up(const Connection *connection, const wchar_t *key, const wchar_t *certificate) {
    wchar_t server[MAX_PATH];
    server_file(&connection->seat, server);
    told(connection, L"RemoteDisable");
    told(connection, L"NicCreate " CARD);
    told(connection, L"AccountDisconnect " SETTING);
    told(connection, L"AccountDelete " SETTING);
    bool done =
        told(connection, L"AccountCreate " SETTING L" /SERVER:%ls:%ls /HUB:%ls /USERNAME:%ls /NICNAME:" CARD,
             connection->host, connection->port, connection->hub, connection->user) &&
        told(connection, L"AccountCertSet " SETTING L" /LOADCERT:\"%ls\" /LOADKEY:\"%ls\"", certificate, key) &&
        told(connection, L"AccountServerCertSet " SETTING L" /LOADCERT:\"%ls\"", server) &&
        told(connection, L"AccountServerCertEnable " SETTING) &&
        told(connection, L"AccountRetrySet " SETTING L" /NUM:0 /INTERVAL:5");
    DeleteFileW(server);
    // One that trusts any server must not stay.
    if (!done)
        told(connection, L"AccountDelete " SETTING);
    return done;
}

// Whether the portal answers, as long as the client is connected.
static bool portal_answers(const Connection *connection) {
    char url[512], host[256] = "", port[8] = "443";
    seat_value(&connection->seat, L"seat", L"portal", url, sizeof url);
    sscanf(url, "https://%255[^:/]:%7[0-9]", host, port);
    for (int i = 0; i < KNOCKS; i++) {
        if (network_reaches(host, port, KNOCK_MS))
            return true;
        if (!told(connection, L"AccountStatusGet " SETTING))
            return false;
    }
    return false;
}

static void open_connection(Connection *connection) {
    seat_read(&connection->seat);
    if (!connection_read(connection))
        fail(TEXT_VPN_NONE);
    if (!is_there(connection->vpncmd))
        fail(TEXT_VPN_NO_CLIENT, connection->vpncmd);
}

void connection_begin(void) {
    Connection connection;
    wchar_t key[MAX_PATH], certificate[MAX_PATH];
    say(TEXT_VPN_CONNECTING);
    open_connection(&connection);
    if (!keys_of(&connection.seat, key, certificate))
        fail(TEXT_VPN_NO_KEY);
    if (!set_up(&connection, key, certificate))
        fail(TEXT_VPN_NOT_SET);
    if (!told(&connection, L"AccountConnect " SETTING) || !portal_answers(&connection)) {
        told(&connection, L"AccountDisconnect " SETTING);
        fail(TEXT_VPN_REFUSED);
    }
    say(TEXT_VPN_CONNECTED);
}

// Nobody outside is asked: it succeeds as well when the appliance is gone.
void connection_end(void) {
    Connection connection;
    open_connection(&connection);
    if (!told(&connection, L"AccountDisconnect " SETTING) && told(&connection, L"AccountStatusGet " SETTING))
        fail(TEXT_VPN_NOT_ENDED);
    say(TEXT_VPN_ENDED);
}

// Beside 「インストール確認」, so that the client's own window has it, too (R87); without the client there is none to set up.
void connection_prepare(void) {
    Connection connection;
    wchar_t key[MAX_PATH], certificate[MAX_PATH];
    seat_read(&connection.seat);
    if (is_wanted(&connection.seat) && connection_read(&connection) && is_there(connection.vpncmd) &&
        keys_of(&connection.seat, key, certificate))
        set_up(&connection, key, certificate);
}

void connection_forget(void) {
    Connection connection;
    seat_read(&connection.seat);
    if (!connection_read(&connection) || !is_there(connection.vpncmd))
        return;
    told(&connection, L"AccountDisconnect " SETTING);
    told(&connection, L"AccountDelete " SETTING);
}
