// SPDX-License-Identifier: Apache-2.0
// The portal's authority among those that this PC trusts, and out again (R70). Only what is in the kit's file is
// touched.
#include "confirm.h"

#include <string.h>
#include <wincrypt.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

typedef void (*Do)(HCERTSTORE store, PCCERT_CONTEXT certificate);

static void add(HCERTSTORE store, PCCERT_CONTEXT certificate) {
    if (!CertAddCertificateContextToStore(store, certificate, CERT_STORE_ADD_REPLACE_EXISTING, NULL))
        fail(TEXT_NOT_TRUSTED, GetLastError());
}

static void drop(HCERTSTORE store, PCCERT_CONTEXT certificate) {
    PCCERT_CONTEXT found = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_EXISTING, certificate, NULL);
    if (found != NULL && !CertDeleteCertificateFromStore(found))
        fail(TEXT_NOT_TRUSTED, GetLastError());
}

static void each_of(const char *at, HCERTSTORE store, Do act) {
    BYTE der[ROOM];
    while ((at = strstr(at, BEGIN)) != NULL) {
        DWORD size = sizeof der;
        const char *end = strstr(at, END);
        at += strlen(BEGIN);
        if (end == NULL || !CryptStringToBinaryA(at, (DWORD)(end - at), CRYPT_STRING_BASE64, der, &size, NULL, NULL))
            fail(TEXT_KIT_DAMAGED);
        PCCERT_CONTEXT certificate = CertCreateCertificateContext(X509_ASN_ENCODING, der, size);
        if (certificate == NULL)
            fail(TEXT_KIT_DAMAGED);
        act(store, certificate);
        CertFreeCertificateContext(certificate);
    }
}

static void with_each(const wchar_t *pem, Do act) {
    Bytes text = read_file(pem);
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, L"ROOT");
    if (store == NULL)
        fail(TEXT_NOT_TRUSTED, GetLastError());
    each_of((const char *)text.at, store, act);
    // Now, and not when it is closed: then nobody would learn that it could not be written.
    if (!CertControlStore(store, 0, CERT_STORE_CTRL_COMMIT, NULL))
        fail(TEXT_NOT_TRUSTED, GetLastError());
    CertCloseStore(store, 0);
}

void trust(const wchar_t *pem) {
    with_each(pem, add);
}

void distrust(const wchar_t *pem) {
    with_each(pem, drop);
}
