// SPDX-License-Identifier: Apache-2.0
// Whether a site can be reached from this PC, and what time it is there.
#include "confirm.h"

#include <stdio.h>
#include <string.h>
#include <winhttp.h>
#include <ws2tcpip.h>

#define SECONDS 5
// Only the time is read, which proves nothing; and a clock that is wrong is what makes good certificates bad.
#define ANY_CERTIFICATE                                                                                                \
    (SECURITY_FLAG_IGNORE_UNKNOWN_CA | SECURITY_FLAG_IGNORE_CERT_DATE_INVALID | SECURITY_FLAG_IGNORE_CERT_CN_INVALID | \
     SECURITY_FLAG_IGNORE_CERT_WRONG_USAGE)

static bool connects(const struct addrinfo *to, int milliseconds) {
    struct timeval most = {milliseconds / 1000, milliseconds % 1000 * 1000};
    u_long at_once = 1;
    fd_set done, failed;
    int error = 1, size = sizeof error;
    SOCKET line = socket(to->ai_family, SOCK_STREAM, IPPROTO_TCP);
    if (line == INVALID_SOCKET)
        return false;
    ioctlsocket(line, FIONBIO, &at_once);
    connect(line, to->ai_addr, (int)to->ai_addrlen);
    FD_ZERO(&done);
    FD_SET(line, &done);
    // Windows tells of a refusal here, and nowhere else.
    FD_ZERO(&failed);
    FD_SET(line, &failed);
    if (select(0, NULL, &done, &failed, &most) == 1 && FD_ISSET(line, &done))
        getsockopt(line, SOL_SOCKET, SO_ERROR, (char *)&error, &size);
    closesocket(line);
    return error == 0;
}

bool network_reaches(const char *host, const char *port, int milliseconds) {
    WSADATA data;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    bool reached = false;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return false;
    if (getaddrinfo(host, port, &hints, &found) == 0)
        for (const struct addrinfo *to = found; to != NULL && !reached; to = to->ai_next)
            reached = connects(to, milliseconds);
    if (found != NULL)
        freeaddrinfo(found);
    WSACleanup();
    return reached;
}

static bool ask(HINTERNET request, SYSTEMTIME *date) {
    DWORD flags = ANY_CERTIFICATE, size = sizeof *date;
    WinHttpSetOption(request, WINHTTP_OPTION_SECURITY_FLAGS, &flags, sizeof flags);
    return WinHttpSendRequest(request, NULL, 0, NULL, 0, 0, 0) && WinHttpReceiveResponse(request, NULL) &&
           WinHttpQueryHeaders(request, WINHTTP_QUERY_DATE | WINHTTP_QUERY_FLAG_SYSTEMTIME, NULL, date, &size, NULL);
}

// What a site's answer has as its Date; false where there is none.
bool network_date(const wchar_t *host, WORD port, SYSTEMTIME *date) {
    HINTERNET session = WinHttpOpen(NULL, WINHTTP_ACCESS_TYPE_NO_PROXY, NULL, NULL, 0);
    HINTERNET site = session ? WinHttpConnect(session, host, port, 0) : NULL;
    HINTERNET request = site ? WinHttpOpenRequest(site, L"HEAD", L"/", NULL, NULL, NULL, WINHTTP_FLAG_SECURE) : NULL;
    if (session != NULL)
        WinHttpSetTimeouts(session, SECONDS * 1000, SECONDS * 1000, SECONDS * 1000, SECONDS * 1000);
    bool told = request != NULL && ask(request, date);
    HINTERNET const opened[] = {request, site, session};
    for (size_t i = 0; i < COUNT(opened); i++)
        if (opened[i] != NULL)
            WinHttpCloseHandle(opened[i]);
    return told;
}
