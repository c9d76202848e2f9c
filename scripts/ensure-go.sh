#!/usr/bin/env bash
# Gives the specs a second verifier that is not ours: Go and golang.org/x/mod, as Debian packages them. Without them
# test/proof says that it is skipped, so nothing here may fail a build: it says what is missing and ends with 0.
set -uo pipefail

readonly UPDATE_SECONDS_MAX=120
readonly INSTALL_SECONDS_MAX=300
readonly SOURCES=/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog

ready() { command -v go >/dev/null 2>&1 && [ -d "$SOURCES" ]; }

skip() {
  echo "ensure-go: $1; the second verifier will be skipped" >&2
  exit 0
}

ready && exit 0
command -v apt-get >/dev/null 2>&1 || skip 'Go is missing and there is no apt-get to install it'
[ "$(id -u)" -eq 0 ] || skip 'Go is missing: install golang and golang-golang-x-mod-dev as root'

export DEBIAN_FRONTEND=noninteractive
# A list that cannot be renewed may still be good enough.
timeout "$UPDATE_SECONDS_MAX" apt-get update -qq >/dev/null 2>&1 || echo 'ensure-go: the package lists could not be renewed' >&2
timeout "$INSTALL_SECONDS_MAX" apt-get install -y -qq --no-install-recommends golang golang-golang-x-mod-dev >/dev/null 2>&1 ||
  skip 'golang and golang-golang-x-mod-dev could not be installed in time'
ready || skip 'the packages are installed, but Go or its sources are not where they should be'
echo "ensure-go: $(go version)" >&2
