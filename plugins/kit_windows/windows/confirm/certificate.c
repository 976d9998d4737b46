// SPDX-License-Identifier: Apache-2.0
// The device's own certificate (RFC 5280): self-signed, of its seat, and no authority. The engine knows the PC by it.
#include "confirm.h"

#include <stdio.h>
#include <string.h>

#define YEARS 10
#define SERIAL_SIZE 16

enum {
    TAG_BOOLEAN = 0x01,
    TAG_INTEGER = 0x02,
    TAG_BITS = 0x03,
    TAG_OCTETS = 0x04,
    TAG_NULL = 0x05,
    TAG_OID = 0x06,
    TAG_UTF8 = 0x0c,
    TAG_UTC_TIME = 0x17,
    TAG_TIME = 0x18,
    TAG_SEQUENCE = 0x30,
    TAG_SET = 0x31,
    TAG_VERSION = 0xa0,
    TAG_EXTENSIONS = 0xa3,
};

static const BYTE sha256_with_rsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b};
static const BYTE rsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01};
static const BYTE common_name[] = {0x55, 0x04, 0x03};
static const BYTE basic_constraints[] = {0x55, 0x1d, 0x13};

static void put_value(Der *der, BYTE tag, const void *data, DWORD size) {
    DWORD end = der->at;
    der_put(der, data, size);
    der_wrap(der, tag, end);
}

static void put_algorithm(Der *der, const BYTE *oid, DWORD size) {
    DWORD end = der->at;
    put_value(der, TAG_NULL, "", 0);
    put_value(der, TAG_OID, oid, size);
    der_wrap(der, TAG_SEQUENCE, end);
}

static void put_bits(Der *der, Bytes bits) {
    DWORD end = der->at;
    der_put(der, bits.at, bits.size);
    der_put(der, "", 1);
    der_wrap(der, TAG_BITS, end);
}

// Critical, and empty: no authority.
static void put_extensions(Der *der) {
    DWORD end = der->at;
    put_value(der, TAG_OCTETS, "\x30\x00", 2);
    put_value(der, TAG_BOOLEAN, "\xff", 1);
    put_value(der, TAG_OID, basic_constraints, sizeof basic_constraints);
    der_wrap(der, TAG_SEQUENCE, end);
    der_wrap(der, TAG_SEQUENCE, end);
    der_wrap(der, TAG_EXTENSIONS, end);
}

static void put_public_key(Der *der, const Key *key) {
    Bytes modulus, exponent;
    Der numbers;
    DWORD end = der->at;
    key_public(key, &modulus, &exponent);
    der_begin(&numbers);
    DWORD numbers_end = numbers.at;
    der_integer(&numbers, exponent);
    der_integer(&numbers, modulus);
    der_wrap(&numbers, TAG_SEQUENCE, numbers_end);
    put_bits(der, der_whole(&numbers));
    put_algorithm(der, rsa, sizeof rsa);
    der_wrap(der, TAG_SEQUENCE, end);
}

static void put_name(Der *der, const char *name) {
    DWORD end = der->at;
    put_value(der, TAG_UTF8, name, (DWORD)strlen(name));
    put_value(der, TAG_OID, common_name, sizeof common_name);
    der_wrap(der, TAG_SEQUENCE, end);
    der_wrap(der, TAG_SET, end);
    der_wrap(der, TAG_SEQUENCE, end);
}

// RFC 5280 §4.1.2.5: two digits of the year until 2049.
static void put_time(Der *der, const SYSTEMTIME *at, int year) {
    char text[32];
    int size = sprintf(text, "%04d%02d%02d%02d%02d%02dZ", year, at->wMonth, at->wDay, at->wHour, at->wMinute, at->wSecond);
    bool is_short = year < 2050;
    put_value(der, is_short ? TAG_UTC_TIME : TAG_TIME, text + (is_short ? 2 : 0), (DWORD)(size - (is_short ? 2 : 0)));
}

static void put_validity(Der *der) {
    SYSTEMTIME now;
    DWORD end = der->at;
    GetSystemTime(&now);
    // Not every year has a 29th of February.
    if (now.wMonth == 2 && now.wDay == 29)
        now.wDay = 28;
    put_time(der, &now, now.wYear + YEARS);
    put_time(der, &now, now.wYear);
    der_wrap(der, TAG_SEQUENCE, end);
}

static void put_serial(Der *der) {
    BYTE serial[SERIAL_SIZE];
    if (BCryptGenRandom(NULL, serial, sizeof serial, BCRYPT_USE_SYSTEM_PREFERRED_RNG) != 0)
        fail(TEXT_NO_CRYPTO);
    serial[0] = (serial[0] & 0x7f) | 0x40;
    der_integer(der, (Bytes){serial, sizeof serial});
}

static void put_version_3(Der *der) {
    DWORD end = der->at;
    der_integer(der, (Bytes){(BYTE *)"\x02", 1});
    der_wrap(der, TAG_VERSION, end);
}

static Bytes to_be_signed(const Key *key, const char *name) {
    Der der;
    der_begin(&der);
    DWORD end = der.at;
    put_extensions(&der);
    put_public_key(&der, key);
    put_name(&der, name);
    put_validity(&der);
    put_name(&der, name);
    put_algorithm(&der, sha256_with_rsa, sizeof sha256_with_rsa);
    put_serial(&der);
    put_version_3(&der);
    der_wrap(&der, TAG_SEQUENCE, end);
    return der_whole(&der);
}

Bytes certificate_of(const Key *key, const char *name) {
    Bytes signed_part = to_be_signed(key, name), signature = key_sign(key, signed_part);
    Der der;
    der_begin(&der);
    DWORD end = der.at;
    put_bits(&der, signature);
    put_algorithm(&der, sha256_with_rsa, sizeof sha256_with_rsa);
    der_put(&der, signed_part.at, signed_part.size);
    der_wrap(&der, TAG_SEQUENCE, end);
    return der_whole(&der);
}
