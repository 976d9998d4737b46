// SPDX-License-Identifier: Apache-2.0
// As much of DER (X.690) as a key and a certificate need.
#include "confirm.h"

#include <string.h>

#define TAG_INTEGER 0x02

void der_begin(Der *der) {
    der->at = sizeof der->room;
}

// In front of what is there already.
void der_put(Der *der, const void *data, DWORD size) {
    if (size > der->at)
        fail(TEXT_NO_MEMORY);
    der->at -= size;
    memcpy(der->room + der->at, data, size);
}

// What was put since der->at was end becomes the content of one value.
void der_wrap(Der *der, BYTE tag, DWORD end) {
    DWORD size = end - der->at, shown = size;
    BYTE count = 0;
    do {
        BYTE low = (BYTE)shown;
        der_put(der, &low, 1);
        count++;
    } while ((shown >>= 8) != 0);
    if (size > 127) {
        BYTE many = 0x80 | count;
        der_put(der, &many, 1);
    }
    der_put(der, &tag, 1);
}

// number is positive, its highest byte first; any number of zeros may stand before it.
void der_integer(Der *der, Bytes number) {
    DWORD end = der->at;
    while (number.size > 1 && *number.at == 0)
        number = (Bytes){number.at + 1, number.size - 1};
    der_put(der, number.at, number.size);
    if (*number.at & 0x80)
        der_put(der, "", 1);
    der_wrap(der, TAG_INTEGER, end);
}

// A copy: the writer may be used again.
Bytes der_whole(Der *der) {
    Bytes whole = allocate(sizeof der->room - der->at);
    memcpy(whole.at, der->room + der->at, whole.size);
    return whole;
}

static DWORD length_of(Bytes *from) {
    DWORD size = 0, count = 0;
    if (from->size == 0)
        fail(TEXT_KEY_DAMAGED);
    BYTE first = *from->at;
    *from = (Bytes){from->at + 1, from->size - 1};
    if (first < 0x80)
        return first;
    for (count = first & 0x7f; count > 0 && from->size > 0 && size < ROOM; count--) {
        size = size << 8 | *from->at;
        *from = (Bytes){from->at + 1, from->size - 1};
    }
    return count ? ROOM : size;
}

// The content of the value with which from begins, and from then begins behind it.
Bytes der_next(Bytes *from, BYTE tag) {
    if (from->size == 0 || *from->at != tag)
        fail(TEXT_KEY_DAMAGED);
    *from = (Bytes){from->at + 1, from->size - 1};
    DWORD size = length_of(from);
    if (size > from->size)
        fail(TEXT_KEY_DAMAGED);
    Bytes content = {from->at, size};
    *from = (Bytes){from->at + size, from->size - size};
    return content;
}
