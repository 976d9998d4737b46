// SPDX-License-Identifier: Apache-2.0
// What the service does not allow, or not surely (R15, R16, R18). It is told, never a reason to refuse (A40).
#include "confirm.h"

#include <cpuid.h>
#include <iphlpapi.h>
#include <string.h>

#define ROOM_OF_ADAPTERS 32768
#define HYPERVISOR_BIT (1u << 31)
#define HYPERVISOR_NAME 0x40000000
#define HYPER_V_RIGHTS 0x40000003
// Only the one that runs the others may make partitions: a PC whose Windows guards itself by Hyper-V.
#define MAY_MAKE_PARTITIONS 1u

static bool is_virtual_machine(void) {
    unsigned a, b, c, d, name[3];
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & HYPERVISOR_BIT))
        return false;
    __cpuid(HYPERVISOR_NAME, a, name[0], name[1], name[2]);
    if (memcmp(name, "Microsoft Hv", sizeof name) != 0 || a < HYPER_V_RIGHTS)
        return true;
    __cpuid(HYPER_V_RIGHTS, a, b, c, d);
    return !(b & MAY_MAKE_PARTITIONS);
}

static bool has_word(const wchar_t *text) {
    static const wchar_t *const words[] = {L"vpn",  L"wireguard", L"wintun",     L"tap-", L"anyconnect",
                                           L"pangp", L"fortinet",  L"zscaler", L"zerotier", L"tailscale"};
    wchar_t low[256];
    wcsncpy(low, text, COUNT(low) - 1);
    low[COUNT(low) - 1] = 0;
    _wcslwr(low);
    for (size_t i = 0; i < COUNT(words); i++)
        if (wcsstr(low, words[i]) != NULL)
            return true;
    return false;
}

// The adapter of this service's own client is not another VPN.
static bool is_other_vpn(const IP_ADAPTER_ADDRESSES *adapter) {
    if (adapter->OperStatus != IfOperStatusUp || wcsstr(adapter->Description, L"VPN Client Adapter") != NULL)
        return false;
    return adapter->IfType == IF_TYPE_PPP || adapter->IfType == IF_TYPE_PROP_VIRTUAL || has_word(adapter->Description);
}

static bool has_other_vpn(void) {
    ULONG size = ROOM_OF_ADAPTERS;
    IP_ADAPTER_ADDRESSES *adapter = (IP_ADAPTER_ADDRESSES *)allocate(size).at;
    if (GetAdaptersAddresses(AF_UNSPEC, 0, NULL, adapter, &size) != NO_ERROR)
        return false;
    for (; adapter != NULL; adapter = adapter->Next)
        if (is_other_vpn(adapter))
            return true;
    return false;
}

int hints_now(void) {
    return (is_virtual_machine() ? HINT_VIRTUAL_MACHINE : 0) | (GetSystemMetrics(SM_REMOTESESSION) ? HINT_REMOTE_DESKTOP : 0) |
           (has_other_vpn() ? HINT_OTHER_VPN : 0);
}
