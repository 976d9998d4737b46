// SPDX-License-Identifier: Apache-2.0
// 「インストール確認」 (R74): makes the device's key, and the 確認コード on the desktop; and 「診断ファイルを作る」,
// 「VPN接続を開始」 and 「切断」. The installer calls it, too, for what NSIS cannot do by itself.
#include "confirm.h"

static bool is(const wchar_t *word, const wchar_t *expected) {
    return _wcsicmp(word, expected) == 0;
}

typedef void (*Write)(const wchar_t *folder);

static void confirm(const wchar_t *folder) {
    wchar_t code[32];
    confirmation_write(folder, code);
    connection_prepare();
    say(TEXT_DONE, code);
}

// The way people start it: a black window that stays until a key was pressed.
static int for_person(const wchar_t *greeting, Write write) {
    wchar_t folder[MAX_PATH];
    person_watches();
    say(greeting);
    desktop(folder);
    write(folder);
    wait_for_key();
    return 0;
}

// The window closes once it is done (R87); only a failure stays to be read.
static int at_once(void (*act)(void)) {
    person_watches();
    act();
    return 0;
}

// Into a folder, else onto the desktop.
static int silently(Write write, int count, wchar_t **words) {
    wchar_t folder[MAX_PATH];
    if (count < 1)
        desktop(folder);
    write(count < 1 ? folder : words[0]);
    return 0;
}

static int act(const wchar_t *word, int count, wchar_t **words) {
    if (is(word, L"/S"))
        return silently(confirm, count, words);
    if (is(word, L"diagnose"))
        return count ? silently(diagnosis_write, count, words) : for_person(TEXT_DIAGNOSING, diagnosis_write);
    if (is(word, L"hints") && count == 0)
        return hints_now();
    if (is(word, L"unpack") && count == 2)
        return unpack(words[0], words[1], false), 0;
    if (is(word, L"unpack-all") && count == 2)
        return unpack(words[0], words[1], true), 0;
    if (is(word, L"trust") && count == 1)
        return trust(words[0]), 0;
    if (is(word, L"distrust") && count == 1)
        return distrust(words[0]), 0;
    if (is(word, L"prepare") && count == 0)
        return prepare_key_folder(), 0;
    if (is(word, L"connect") && count == 0)
        return at_once(connection_begin);
    if (is(word, L"disconnect") && count == 0)
        return at_once(connection_end);
    if (is(word, L"forget-connection") && count == 0)
        return connection_forget(), 0;
    if (is(word, L"forget") && count == 0)
        return forget_keys(), 0;
    fail(TEXT_NO_SUCH_WORD);
}

int wmain(int count, wchar_t **words) {
    return count == 1 ? for_person(TEXT_BEGIN, confirm) : act(words[1], count - 2, words + 2);
}
