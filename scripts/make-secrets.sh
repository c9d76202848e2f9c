#!/bin/sh
# make-secrets.sh [FOLDER]: makes passwords, connection strings and the key-encryption key in FOLDER (./secrets), as
# docker-compose.yml mounts them. What is there already stays. Certificates come from make-certificates.sh.
set -eu
folder=${1:-./secrets}
command -v openssl > /dev/null || { echo 'make-secrets.sh: openssl is missing: install it' >&2; exit 1; }

# See make-certificates.sh: the folder is its owner's alone, the files in it are for the users of the containers, too.
umask 022
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

random() { openssl rand -base64 32 | tr '+/' '-_' | tr -d '=\n'; }
password() { [ -f "$1" ] || random > "$1"; }
text() { [ -f "$1" ] || printf '%s\n' "$2" > "$1"; }

for name in eventstoredb-admin mongodb-root mongodb-rapport mongodb-keys; do password "$name-password"; done
password key-encryption-key

text eventstoredb.env "EVENTSTORE_DEFAULT_ADMIN_PASSWORD=$(cat eventstoredb-admin-password)
EVENTSTORE_DEFAULT_OPS_PASSWORD=$(random)"
tls='tls=true&tlsCAFile=/run/certificates/ca.crt'
text eventstoredb-url "esdb://admin:$(cat eventstoredb-admin-password)@eventstoredb:2113?$tls"
text mongodb-url "mongodb://rapport:$(cat mongodb-rapport-password)@mongodb:27017/?authSource=admin&$tls"
text mongodb-keys-url "mongodb://rapport_keys:$(cat mongodb-keys-password)@mongodb:27017/?authSource=admin&$tls"
echo "Secrets are in $(pwd). Back up key-encryption-key apart from all data: nothing personal is read without it."
