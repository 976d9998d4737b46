// SPDX-License-Identifier: Apache-2.0
// The device's own key: RSA-2048, because SoftEther knows clients by no other. It is a file that the engine's client
// can read (PKCS #1, RFC 8017 A.1.2), so it cannot live where Windows would not let it out.
#include "confirm.h"

#include <string.h>

#define BITS 2048
#define LABEL "RSA PRIVATE KEY"
#define TAG_SEQUENCE 0x30
#define TAG_INTEGER 0x02
#define NUMBERS 8

// The numbers as the file has them; Windows wants them in another order.
enum { N, E, D, P, Q, DP, DQ, QINV };
static const int order_of_windows[NUMBERS] = {E, N, P, Q, DP, DQ, QINV, D};

static void open_algorithm(Key *key) {
    if (BCryptOpenAlgorithmProvider(&key->algorithm, BCRYPT_RSA_ALGORITHM, NULL, 0) != 0)
        fail(TEXT_NO_CRYPTO);
}

void key_make(Key *key) {
    open_algorithm(key);
    if (BCryptGenerateKeyPair(key->algorithm, &key->handle, BITS, 0) != 0 ||
        BCryptFinalizeKeyPair(key->handle, 0) != 0)
        fail(TEXT_NO_CRYPTO);
}

static void sizes_of(const BCRYPT_RSAKEY_BLOB *head, DWORD sizes[NUMBERS]) {
    for (int i = 0; i < NUMBERS; i++)
        sizes[i] = head->cbPrime1;
    sizes[E] = head->cbPublicExp;
    sizes[N] = sizes[D] = head->cbModulus;
}

// The numbers of a key, each where Windows has put it.
static void numbers_of(const Key *key, Bytes numbers[NUMBERS]) {
    DWORD size = 0, sizes[NUMBERS];
    BCryptExportKey(key->handle, NULL, BCRYPT_RSAFULLPRIVATE_BLOB, NULL, 0, &size, 0);
    Bytes blob = allocate(size);
    if (BCryptExportKey(key->handle, NULL, BCRYPT_RSAFULLPRIVATE_BLOB, blob.at, blob.size, &size, 0) != 0)
        fail(TEXT_NO_CRYPTO);
    sizes_of((BCRYPT_RSAKEY_BLOB *)blob.at, sizes);
    BYTE *at = blob.at + sizeof(BCRYPT_RSAKEY_BLOB);
    for (int i = 0; i < NUMBERS; i++) {
        int which = order_of_windows[i];
        numbers[which] = (Bytes){at, sizes[which]};
        at += sizes[which];
    }
}

void key_save(const Key *key, const wchar_t *path) {
    Bytes numbers[NUMBERS];
    Der der;
    numbers_of(key, numbers);
    der_begin(&der);
    DWORD end = der.at;
    for (int i = NUMBERS - 1; i >= 0; i--)
        der_integer(&der, numbers[i]);
    der_integer(&der, (Bytes){(BYTE *)"", 1});
    der_wrap(&der, TAG_SEQUENCE, end);
    pem_write(path, LABEL, der_whole(&der));
}

// The number with its zeros taken off or put back, as Windows wants it.
static void copy_number(BYTE *to, DWORD size, Bytes number) {
    while (number.size > size && *number.at == 0)
        number = (Bytes){number.at + 1, number.size - 1};
    if (number.size > size)
        fail(TEXT_KEY_DAMAGED);
    memset(to, 0, size);
    memcpy(to + size - number.size, number.at, number.size);
}

static Bytes blob_of(Bytes numbers[NUMBERS]) {
    BCRYPT_RSAKEY_BLOB head = {BCRYPT_RSAFULLPRIVATE_MAGIC, BITS, 3, BITS / 8, BITS / 16, BITS / 16};
    DWORD sizes[NUMBERS];
    sizes_of(&head, sizes);
    Bytes blob = allocate(sizeof head + 3 + 2 * BITS / 8 + 5 * BITS / 16);
    BYTE *at = blob.at + sizeof head;
    memcpy(blob.at, &head, sizeof head);
    for (int i = 0; i < NUMBERS; i++) {
        int which = order_of_windows[i];
        copy_number(at, sizes[which], numbers[which]);
        at += sizes[which];
    }
    return blob;
}

void key_load(Key *key, const wchar_t *path) {
    Bytes numbers[NUMBERS], der = pem_read(path, LABEL), content = der_next(&der, TAG_SEQUENCE);
    der_next(&content, TAG_INTEGER);
    for (int i = 0; i < NUMBERS; i++)
        numbers[i] = der_next(&content, TAG_INTEGER);
    Bytes blob = blob_of(numbers);
    open_algorithm(key);
    if (BCryptImportKeyPair(key->algorithm, NULL, BCRYPT_RSAFULLPRIVATE_BLOB, &key->handle, blob.at, blob.size, 0) != 0)
        fail(TEXT_KEY_DAMAGED);
}

// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2).
Bytes key_sign(const Key *key, Bytes of) {
    BCRYPT_PKCS1_PADDING_INFO padding = {BCRYPT_SHA256_ALGORITHM};
    BYTE hash[SHA256_SIZE];
    DWORD size = 0;
    Bytes signature = allocate(BITS / 8);
    sha256(of, hash);
    if (BCryptSignHash(key->handle, &padding, hash, sizeof hash, signature.at, signature.size, &size,
                       BCRYPT_PAD_PKCS1) != 0 ||
        size != signature.size)
        fail(TEXT_NO_CRYPTO);
    return signature;
}

void key_public(const Key *key, Bytes *modulus, Bytes *exponent) {
    Bytes numbers[NUMBERS];
    numbers_of(key, numbers);
    *modulus = numbers[N];
    *exponent = numbers[E];
}
