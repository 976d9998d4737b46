// SPDX-License-Identifier: Apache-2.0
// The 確認コード, as docs/devices.md describes it: lines of names and values, signed by the device's key.
#include "confirm.h"

#include <stdio.h>
#include <string.h>

#define FINGERPRINT_VERSION "1"
#define ROUNDS 4096
#define TRAIT_SIZE 16
#define LEAST_SIGNS 6
// No signs that are taken for one another: no 0 and O, no 1 and I.
#define ALPHABET "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
#define SYMBOLS 9
// x^5 + x^2 + 1
#define FIELD 0x25

typedef struct {
    char text[ROOM];
    size_t size;
    char salt[128];
} Lines;

static void line(Lines *lines, const char *name, const char *value) {
    int size = snprintf(lines->text + lines->size, ROOM - lines->size, "%s: %s\n", name, value);
    if (size < 0 || lines->size + (size_t)size >= ROOM)
        fail(TEXT_NO_MEMORY);
    lines->size += (size_t)size;
}

// Capitals and digits alone, so that spellings do not matter; false where that says nothing.
static bool canonical(const char *value, char *text, size_t room) {
    size_t size = 0;
    bool differs = false;
    for (; *value && size + 1 < room; value++) {
        char sign = *value >= 'a' && *value <= 'z' ? (char)(*value - 'a' + 'A') : *value;
        if ((sign < 'A' || sign > 'Z') && (sign < '0' || sign > '9'))
            continue;
        differs |= size > 0 && sign != text[0];
        text[size++] = sign;
    }
    text[size] = 0;
    return size >= LEAST_SIGNS && differs;
}

// Slow on purpose (PBKDF2, RFC 8018): a maker's numbers are soon counted through.
static void slow_hash(const char *text, const char *salt, BYTE hash[TRAIT_SIZE]) {
    BCRYPT_ALG_HANDLE algorithm;
    if (BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, BCRYPT_ALG_HANDLE_HMAC_FLAG) != 0 ||
        BCryptDeriveKeyPBKDF2(algorithm, (PUCHAR)text, (ULONG)strlen(text), (PUCHAR)salt, (ULONG)strlen(salt), ROUNDS,
                              hash, TRAIT_SIZE, 0) != 0)
        fail(TEXT_NO_CRYPTO);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

static void trait_line(void *context, const char *name, const char *value) {
    Lines *lines = context;
    char signs[512], full_name[64], hex[2 * TRAIT_SIZE + 1];
    BYTE hash[TRAIT_SIZE];
    if (!canonical(value, signs, sizeof signs))
        return;
    slow_hash(signs, lines->salt, hash);
    hex_of(hash, sizeof hash, hex);
    snprintf(full_name, sizeof full_name, "trait.%s", name);
    line(lines, full_name, hex);
}

static void hint_lines(Lines *lines) {
    int hints = hints_now();
    if (hints & HINT_OTHER_VPN)
        line(lines, "hint", "other_vpn");
    if (hints & HINT_REMOTE_DESKTOP)
        line(lines, "hint", "remote_desktop");
    if (hints & HINT_VIRTUAL_MACHINE)
        line(lines, "hint", "virtual_machine");
}

static void time_line(Lines *lines) {
    char text[32];
    time_now(text, sizeof text);
    line(lines, "made-at", text);
}

static void all_lines(Lines *lines, const Seat *seat, Bytes certificate) {
    char version[8];
    seat_value(seat, L"binding", L"fingerprint_version", version, sizeof version);
    if (strcmp(version, FINGERPRINT_VERSION) != 0)
        fail(TEXT_SEAT_DAMAGED, seat->path, L"fingerprint_version");
    seat_value(seat, L"binding", L"trait_salt", lines->salt, sizeof lines->salt);
    line(lines, "renkei-confirmation", "1");
    line(lines, "contract", seat->contract);
    line(lines, "seat", seat->number);
    line(lines, "kit", seat->kit);
    time_line(lines);
    line(lines, "made-by", "kit_windows " RELEASE);
    line(lines, "certificate", base64(certificate));
    line(lines, "fingerprint-version", version);
    traits_each(trait_line, lines);
    hint_lines(lines);
}

static int times_x(int value) {
    int doubled = value << 1;
    return doubled > 31 ? doubled ^ FIELD : doubled;
}

// 45 bits of the hash of what is signed, and a check symbol, in groups.
static void short_code(Bytes signed_part, wchar_t code[32]) {
    BYTE hash[SHA256_SIZE];
    unsigned long long bits = 0;
    int check = 0, at = 0;
    sha256(signed_part, hash);
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | hash[i];
    for (int i = 0; i < SYMBOLS; i++) {
        int value = (int)(bits >> (59 - 5 * i)) & 31;
        check = times_x(check) ^ value;
        code[at++] = (wchar_t)ALPHABET[value];
        if (i % 3 == 2)
            code[at++] = L'-';
    }
    code[at++] = (wchar_t)ALPHABET[times_x(check)];
    code[at] = 0;
}

// The first six symbols stand in the name of the file (R31).
static void path_of(const wchar_t *folder, const wchar_t *code, wchar_t path[MAX_PATH]) {
    wchar_t name[64];
    _snwprintf(name, COUNT(name), L"%ls(%.3ls%.3ls).txt", TEXT_FILE_NAME, code, code + 4);
    join(path, folder, name);
}

// The key that this PC has, or a new one with its certificate.
static Bytes key_and_certificate(Key *key, const Seat *seat) {
    wchar_t key_path[MAX_PATH], certificate_path[MAX_PATH];
    char name[64];
    snprintf(name, sizeof name, "%s.%s", seat->contract, seat->number);
    key_file(name, L"key", key_path);
    key_file(name, L"crt", certificate_path);
    if (is_there(key_path) && is_there(certificate_path)) {
        key_load(key, key_path);
        return pem_read(certificate_path, "CERTIFICATE");
    }
    key_make(key);
    Bytes certificate = certificate_of(key, name);
    DeleteFileW(certificate_path);
    DeleteFileW(key_path);
    key_save(key, key_path);
    pem_write(certificate_path, "CERTIFICATE", certificate);
    return certificate;
}

void confirmation_write(const wchar_t *folder, wchar_t code[32]) {
    static Lines lines;
    Seat seat;
    Key key;
    wchar_t path[MAX_PATH];
    seat_read(&seat);
    all_lines(&lines, &seat, key_and_certificate(&key, &seat));
    Bytes signed_part = {(BYTE *)lines.text, (DWORD)lines.size};
    short_code(signed_part, code);
    line(&lines, "signature", base64(key_sign(&key, signed_part)));
    path_of(folder, code, path);
    write_new(path, (Bytes){(BYTE *)lines.text, (DWORD)lines.size});
    say(TEXT_WRITTEN, path);
}
