// SPDX-License-Identifier: Apache-2.0
// What the firmware says of the PC (SMBIOS, DMTF DSP0134).
#include "confirm.h"

#include <stdio.h>
#include <string.h>

#define TABLE 0x52534d42 // 'RSMB'
#define HEAD 8
#define END_OF_TABLE 127
#define SYSTEM 1
#define UUID_AT 8
#define UUID_SIZE 16

typedef struct {
    BYTE type;
    BYTE length;
} Structure;

static Bytes table_of(void) {
    UINT size = GetSystemFirmwareTable(TABLE, 0, NULL, 0);
    if (size <= HEAD)
        return (Bytes){NULL, 0};
    Bytes whole = allocate(size);
    if (GetSystemFirmwareTable(TABLE, 0, whole.at, size) != size)
        return (Bytes){NULL, 0};
    return (Bytes){whole.at + HEAD, size - HEAD};
}

// Behind the strings of the structure, which end with an empty one.
static DWORD size_of(Bytes table) {
    DWORD at = ((const Structure *)table.at)->length;
    while (at + 1 < table.size && (table.at[at] || table.at[at + 1]))
        at++;
    return at + 2;
}

static Bytes find(BYTE type) {
    Bytes table = table_of();
    while (table.size > sizeof(Structure)) {
        const Structure *structure = (const Structure *)table.at;
        DWORD size = size_of(table);
        if (structure->length < 4 || structure->type == END_OF_TABLE || size > table.size)
            break;
        if (structure->type == type)
            return (Bytes){table.at, size};
        table = (Bytes){table.at + size, table.size - size};
    }
    return (Bytes){NULL, 0};
}

// The string whose number stands at offset; false where there is none.
bool smbios_text(BYTE type, BYTE offset, char *text, DWORD size) {
    Bytes found = find(type);
    if (found.at == NULL || offset >= found.at[1] || found.at[offset] == 0)
        return false;
    const char *at = (const char *)found.at + found.at[1];
    for (BYTE number = found.at[offset]; number > 1 && *at; number--)
        at += strlen(at) + 1;
    snprintf(text, size, "%s", at);
    return *at != 0;
}

// As every tool shows it: the first three parts with their lowest byte first (since SMBIOS 2.6).
bool smbios_uuid(char *text, DWORD size) {
    static const BYTE order[UUID_SIZE] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    BYTE uuid[UUID_SIZE];
    Bytes found = find(SYSTEM);
    if (found.at == NULL || found.at[1] < UUID_AT + UUID_SIZE || size < 2 * UUID_SIZE + 1)
        return false;
    for (int i = 0; i < UUID_SIZE; i++)
        uuid[i] = found.at[UUID_AT + order[i]];
    hex_of(uuid, sizeof uuid, text);
    return true;
}
