// SPDX-License-Identifier: Apache-2.0
// What tells this PC from others (docs/devices.md, fingerprint version 1), in the order of the traits' names. None of
// it needs an administrator; what a PC does not say is left out.
#include "confirm.h"

#include <iphlpapi.h>
#include <stdio.h>
#include <winioctl.h>

#define SYSTEM 1
#define BOARD 2
#define SERIAL_AT 7
#define MOST 4
#define MAC_SIZE 6
#define ROOM_OF_ADAPTERS 32768

static void smbios_trait(TraitSeen seen, void *context, const char *name, BYTE type) {
    char text[256];
    if (smbios_text(type, SERIAL_AT, text, sizeof text))
        seen(context, name, text);
}

// The serial number of a disk inside the PC; one on a cable comes and goes.
static bool disk_serial(int number, char *text, DWORD size) {
    wchar_t path[64];
    BYTE room[4096] = {0};
    DWORD got = 0;
    STORAGE_PROPERTY_QUERY query = {StorageDeviceProperty, PropertyStandardQuery, {0}};
    STORAGE_DEVICE_DESCRIPTOR *disk = (STORAGE_DEVICE_DESCRIPTOR *)room;
    swprintf(path, COUNT(path), L"\\\\.\\PhysicalDrive%d", number);
    HANDLE handle = CreateFileW(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return false;
    BOOL said = DeviceIoControl(handle, IOCTL_STORAGE_QUERY_PROPERTY, &query, sizeof query, room, sizeof room - 1, &got, NULL);
    CloseHandle(handle);
    if (!said || disk->BusType == BusTypeUsb || disk->RemovableMedia || !disk->SerialNumberOffset ||
        disk->SerialNumberOffset >= got)
        return false;
    snprintf(text, size, "%s", (char *)room + disk->SerialNumberOffset);
    return true;
}

static void disk_traits(TraitSeen seen, void *context) {
    char name[16], text[256];
    for (int number = 0, count = 1; number < 2 * MOST && count <= MOST; number++) {
        if (!disk_serial(number, text, sizeof text))
            continue;
        sprintf(name, "disk.%d", count++);
        seen(context, name, text);
    }
}

// Of a card that its maker gave an address: a program that makes one up marks it so, with one of two bits.
static bool is_card(const IP_ADAPTER_ADDRESSES *adapter) {
    return (adapter->IfType == IF_TYPE_ETHERNET_CSMACD || adapter->IfType == IF_TYPE_IEEE80211) &&
           adapter->PhysicalAddressLength == MAC_SIZE && !(adapter->PhysicalAddress[0] & 3);
}

static void mac_traits(TraitSeen seen, void *context) {
    char name[16], text[2 * MAC_SIZE + 1];
    ULONG size = ROOM_OF_ADAPTERS;
    int count = 1;
    IP_ADAPTER_ADDRESSES *adapter = (IP_ADAPTER_ADDRESSES *)allocate(size).at;
    if (GetAdaptersAddresses(AF_UNSPEC, 0, NULL, adapter, &size) != NO_ERROR)
        return;
    for (; adapter != NULL && count <= MOST; adapter = adapter->Next) {
        if (!is_card(adapter))
            continue;
        hex_of(adapter->PhysicalAddress, MAC_SIZE, text);
        sprintf(name, "mac.%d", count++);
        seen(context, name, text);
    }
}

static void os_trait(TraitSeen seen, void *context) {
    char text[128] = "";
    DWORD size = sizeof text;
    if (RegGetValueA(HKEY_LOCAL_MACHINE, "SOFTWARE\\Microsoft\\Cryptography", "MachineGuid",
                     RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY, NULL, text, &size) == ERROR_SUCCESS)
        seen(context, "os-id", text);
}

void traits_each(TraitSeen seen, void *context) {
    char uuid[64];
    smbios_trait(seen, context, "board-serial", BOARD);
    disk_traits(seen, context);
    mac_traits(seen, context);
    os_trait(seen, context);
    smbios_trait(seen, context, "system-serial", SYSTEM);
    if (smbios_uuid(uuid, sizeof uuid))
        seen(context, "system-uuid", uuid);
}
