#!/bin/sh
# Lays what is no library into the folders that stage.py has made: the command, units, documents, and what is written
# of all that was staged: manual pages, copyright files, bill of materials. SOURCE_DATE_EPOCH is their day.
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
engines=$stage/renkei-gate/usr/lib/systemd/system
for unit in softether-renkei.service wireguard-renkei.service wireguard-renkei.socket; do
    install -m 0644 "systemd/engines/$unit" "$engines/$unit"
done
install -D -m 0644 systemd/engines/softether-vpnserver.conf "$engines/softether-vpnserver.service.d/renkei.conf"
units renkei-web renkei-web@.service renkei-web@.socket renkei-web-figures@.socket
install -D -m 0755 systemd/renkei-generator "$stage/renkei-common/usr/lib/systemd/system-generators/renkei-generator"
rm -rf "$stage/wheels"
install -D -m 0755 packaging/bytecode "$stage/renkei-common/usr/lib/renkei/bytecode"

texts() {  # FROM TO: the texts and drawings of a folder
    (cd "$1" && find . -type f ! -path './screens/*' \( -name '*.md' -o -name '*.svg' -o -name '*.yml' -o -name '*.json' \)) |
        while read -r file; do install -D -m 0644 "$1/$file" "$2/$file"; done
}
texts docs "$stage/renkei-common/usr/share/doc/renkei-common"
for file in README.md README.ja.md config.example.toml; do
    install -m 0644 "$file" "$stage/renkei-common/usr/share/doc/renkei-common/$file"
done
install -m 0644 CHANGELOG.md "$stage/renkei-common/usr/share/doc/renkei-common/news.md"
if [ -d packaging/monitoring ]; then texts packaging/monitoring "$stage/renkei-monitoring/usr/share/renkei/monitoring"; fi
texts docs/runbooks "$stage/renkei-monitoring/usr/share/renkei/monitoring/runbooks"

python=.venv/bin/python
$python packaging/manual.py "$stage/renkei-common/usr/share/man/man1"
$python packaging/licences.py "$stage"
$python packaging/sbom.py "$stage"
