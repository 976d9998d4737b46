// SPDX-License-Identifier: Apache-2.0
// SHA-256 by Windows, and the two ways to write bytes as text.
#include "confirm.h"

#include <wincrypt.h>

void hash_begin(Hashing *hashing) {
    if (BCryptOpenAlgorithmProvider(&hashing->algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0) != 0 ||
        BCryptCreateHash(hashing->algorithm, &hashing->hash, NULL, 0, NULL, 0, 0) != 0)
        fail(TEXT_NO_CRYPTO);
}

void hash_more(Hashing *hashing, const void *data, DWORD size) {
    if (BCryptHashData(hashing->hash, (PUCHAR)data, size, 0) != 0)
        fail(TEXT_NO_CRYPTO);
}

void hash_end(Hashing *hashing, BYTE hash[SHA256_SIZE]) {
    if (BCryptFinishHash(hashing->hash, hash, SHA256_SIZE, 0) != 0)
        fail(TEXT_NO_CRYPTO);
    BCryptDestroyHash(hashing->hash);
    BCryptCloseAlgorithmProvider(hashing->algorithm, 0);
}

void sha256(Bytes of, BYTE hash[SHA256_SIZE]) {
    Hashing hashing;
    hash_begin(&hashing);
    hash_more(&hashing, of.at, of.size);
    hash_end(&hashing, hash);
}

void hex_of(const BYTE *data, DWORD size, char *text) {
    static const char digits[] = "0123456789abcdef";
    for (DWORD i = 0; i < size; i++) {
        *text++ = digits[data[i] >> 4];
        *text++ = digits[data[i] & 15];
    }
    *text = 0;
}

// In one line.
char *base64(Bytes of) {
    DWORD size = 0;
    CryptBinaryToStringA(of.at, of.size, CRYPT_STRING_BASE64 | CRYPT_STRING_NOCRLF, NULL, &size);
    Bytes text = allocate(size);
    if (!CryptBinaryToStringA(of.at, of.size, CRYPT_STRING_BASE64 | CRYPT_STRING_NOCRLF, (char *)text.at, &size))
        fail(TEXT_NO_CRYPTO);
    return (char *)text.at;
}
