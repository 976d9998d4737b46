// SPDX-License-Identifier: Apache-2.0
// DER in text (RFC 7468): the form in which the VPN engine's client takes key and certificate.
#include "confirm.h"

#include <stdio.h>
#include <string.h>
#include <wincrypt.h>

#define LINE 64

void pem_write(const wchar_t *path, const char *label, Bytes der) {
    const char *text = base64(der);
    Bytes pem = allocate((DWORD)(strlen(text) * 2 + 128));
    int size = sprintf((char *)pem.at, "-----BEGIN %s-----\n", label);
    for (size_t at = 0; at < strlen(text); at += LINE)
        size += sprintf((char *)pem.at + size, "%.*s\n", LINE, text + at);
    size += sprintf((char *)pem.at + size, "-----END %s-----\n", label);
    write_new(path, (Bytes){pem.at, (DWORD)size});
}

Bytes pem_read(const wchar_t *path, const char *label) {
    Bytes pem = read_file(path), der = allocate(pem.size);
    char begin[64], end[64];
    sprintf(begin, "-----BEGIN %.32s-----", label);
    sprintf(end, "-----END %.32s-----", label);
    char *from = strstr((char *)pem.at, begin), *to = from ? strstr(from, end) : NULL;
    if (to == NULL)
        fail(TEXT_NOT_READ, path, ERROR_INVALID_DATA);
    from += strlen(begin);
    if (!CryptStringToBinaryA(from, (DWORD)(to - from), CRYPT_STRING_BASE64, der.at, &der.size, NULL, NULL))
        fail(TEXT_NOT_READ, path, GetLastError());
    return der;
}
