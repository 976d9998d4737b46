#!/bin/sh
# Lays what is no Python into the folders that stage.py has made: the command, units, users and folders.
set -eu
stage=$1
units() {
    package=$1; shift
    install -d "$stage/$package/usr/lib/systemd/system"
    for unit in "$@"; do install -m 0644 "systemd/$unit" "$stage/$package/usr/lib/systemd/system/$unit"; done
}
install -D -m 0755 packaging/renkei "$stage/renkei-common/usr/bin/renkei"
install -D -m 0644 systemd/renkei-.service.d/10-sandbox.conf \
    "$stage/renkei-common/usr/lib/systemd/system/renkei-.service.d/10-sandbox.conf"
units renkei-common renkei.target
units renkei-vault renkei-vault.service renkei-vault@.socket renkei-vault-admin.socket renkei-vault-figures.socket
units renkei-gate renkei-gate.service renkei-gate.socket renkei-gate-figures.socket
units renkei-web renkei-web@.service renkei-web@.socket renkei-web-figures@.socket
install -D -m 0755 systemd/renkei-generator "$stage/renkei-common/usr/lib/systemd/system-generators/renkei-generator"
rm -rf "$stage/wheels"
