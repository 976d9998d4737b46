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
units renkei-vault renkei-vault.service
units renkei-gate renkei-gate.service
units renkei-web renkei-web@.service
rm -rf "$stage/wheels"
