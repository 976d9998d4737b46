#!/bin/sh
# Builds the Debian packages into dist/, or the folder that is given. Everything that a build depends on lies in the
# checkout or is locked by hash.
set -eu
out=$(realpath -m "${1:-$(dirname "$0")/../dist}")
cd "$(dirname "$0")/.."
umask 022
# With a number of its own, what xz writes does not hang on how many processors there are.
export LC_ALL=C TZ=UTC DPKG_DEB_THREADS_MAX=2
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l packaging/debian/changelog -S Timestamp)
export SOURCE_DATE_EPOCH
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
tree=$built/renkei-gateway
mkdir "$tree"
cp -a packaging/debian "$tree/debian"
for kind in sysusers tmpfiles; do cp "systemd/renkei.$kind.conf" "$tree/debian/renkei-common.$kind"; done
.venv/bin/python plugins/kit_windows/windows/base_installer.py
.venv/bin/python packaging/stage.py "$tree/stage"
packaging/lay_out.sh "$tree/stage"
(cd "$tree" && dpkg-buildpackage --build=binary --no-sign --no-check-builddeps >"$built/log" 2>&1) || { cat "$built/log"; exit 1; }
mkdir -p "$out"
rm -f "$out"/*.deb
mv "$built"/*.deb "$built"/*.buildinfo "$built"/*.changes "$out"/
ls "$out"/*.deb
