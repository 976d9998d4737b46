// SPDX-License-Identifier: Apache-2.0
// What the parts of this program give each other. It is a short run: whatever fails ends it, with a sentence.
#ifndef CONFIRM_H
#define CONFIRM_H

#include <winsock2.h>
#include <windows.h>

#include <bcrypt.h>
#include <stdbool.h>
#include <wchar.h>

#include "texts.h"

#define ROOM 65536
#define SHA256_SIZE 32
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

// Bytes that lie somewhere else, or were allocated and live until the end.
typedef struct {
    BYTE *at;
    DWORD size;
} Bytes;

// say.c: to the person, and for tests to a pipe.
void say(const wchar_t *form, ...);
__declspec(noreturn) void fail(const wchar_t *form, ...);
void wait_for_key(void);
void person_watches(void);

// files.c
Bytes allocate(DWORD size);
Bytes read_file(const wchar_t *path);
void write_new(const wchar_t *path, Bytes content);
HANDLE open_to_read(const wchar_t *path);
bool is_there(const wchar_t *path);
void join(wchar_t path[MAX_PATH], const wchar_t *folder, const wchar_t *name);

// place.c: where the PC keeps what is its own.
void key_file(const char *name, const wchar_t *ending, wchar_t path[MAX_PATH]);
void prepare_key_folder(void);
void forget_keys(void);
void desktop(wchar_t path[MAX_PATH]);
void beside_program(wchar_t path[MAX_PATH], const wchar_t *name);
void program_file(const wchar_t *below, wchar_t path[MAX_PATH]);

// hashing.c
typedef struct {
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_HASH_HANDLE hash;
} Hashing;
void hash_begin(Hashing *hashing);
void hash_more(Hashing *hashing, const void *data, DWORD size);
void hash_end(Hashing *hashing, BYTE hash[SHA256_SIZE]);
void sha256(Bytes of, BYTE hash[SHA256_SIZE]);
void hex_of(const BYTE *data, DWORD size, char *text);
char *base64(Bytes of);

// der.c: written from the end to the beginning, so that every length is known when it is needed.
typedef struct {
    BYTE room[8192];
    DWORD at;
} Der;
void der_begin(Der *der);
void der_put(Der *der, const void *data, DWORD size);
void der_wrap(Der *der, BYTE tag, DWORD end);
void der_integer(Der *der, Bytes number);
Bytes der_whole(Der *der);
Bytes der_next(Bytes *from, BYTE tag);

// key.c: the device's own key; it never leaves the PC.
typedef struct {
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_KEY_HANDLE handle;
} Key;
void key_make(Key *key);
void key_save(const Key *key, const wchar_t *path);
void key_load(Key *key, const wchar_t *path);
Bytes key_sign(const Key *key, Bytes of);
void key_public(const Key *key, Bytes *modulus, Bytes *exponent);

// pem.c
void pem_write(const wchar_t *path, const char *label, Bytes der);
Bytes pem_read(const wchar_t *path, const char *label);

// certificate.c
Bytes certificate_of(const Key *key, const char *name);

// seat.c: what the kit says of its seat.
typedef struct {
    wchar_t path[MAX_PATH];
    char contract[32];
    char number[8];
    char kit[128];
} Seat;
void seat_read(Seat *seat);
bool seat_text(const Seat *seat, const wchar_t *section, const wchar_t *name, wchar_t *text, DWORD count);
void seat_value(const Seat *seat, const wchar_t *section, const wchar_t *name, char *value, DWORD size);

void time_now(char *text, DWORD size);

// traits.c: what tells this PC from others; hashed before it is written anywhere.
typedef void (*TraitSeen)(void *context, const char *name, const char *value);
void traits_each(TraitSeen seen, void *context);

// smbios.c
bool smbios_text(BYTE type, BYTE offset, char *text, DWORD size);
bool smbios_uuid(char *text, DWORD size);

// hints.c
enum { HINT_VIRTUAL_MACHINE = 1, HINT_REMOTE_DESKTOP = 2, HINT_OTHER_VPN = 4 };
int hints_now(void);

// confirmation.c: writes the file; its short code goes into code.
void confirmation_write(const wchar_t *folder, wchar_t code[32]);

// diagnosis.c: writes the 診断ファイル.
void diagnosis_write(const wchar_t *folder);

// network.c
bool network_reaches(const char *host, const char *port, int milliseconds);
bool network_date(const wchar_t *host, WORD port, SYSTEMTIME *date);

// connection.c: the VPN, by the engine's client.
void connection_begin(void);
void connection_end(void);
void connection_prepare(void);
void connection_forget(void);

// unpack.c: what was appended to the installer.
void unpack(const wchar_t *installer, const wchar_t *folder, bool with_client);

// trust.c: the portal's authority among those that this PC trusts.
void trust(const wchar_t *pem);
void distrust(const wchar_t *pem);

#endif
