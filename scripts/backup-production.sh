#!/bin/bash
# backup-production.sh EVENTS-TO KEYS-TO: backs up what production cannot compute again, while it runs: the events of
# EventStoreDB into EVENTS-TO, the keys of persons and the secrets into KEYS-TO. Both folders must not exist yet. Views and
# proof logs are computed again from the events. docs/how-to/back-up-and-restore.md says how to restore.
#
#   EVENTSTOREDB_DATA               data folder of one node; its index folder is `index` in it
#   RAPPORT_KEYS                    folder of secrets and signed heads
#   RAPPORT_MONGODB_KEYS[_FILE]     connection string of the MongoDB of the keys, or a file that holds it
#   RAPPORT_MONGODB_KEYS_DATABASE   its database (rapport_keys)
#   WITHOUT_MONGODB=1               leaves the keys of persons to a backup of another kind, such as a snapshot
set -euo pipefail

say() { echo "backup-production.sh: $*" >&2; }
fail() { say "$*"; exit 1; }

[ $# -eq 2 ] || fail 'call it with two folders: one for events, one for keys and secrets'
events_to=$1 keys_to=$2
data=${EVENTSTOREDB_DATA:?names the data folder of EventStoreDB}
secrets=${RAPPORT_KEYS:?names the folder of secrets and signed heads}
database=${RAPPORT_MONGODB_KEYS_DATABASE:-rapport_keys}
for folder in "$events_to" "$keys_to"; do
  [ ! -e "$folder" ] || fail "$folder is there already, and a backup overwrites nothing: name another"
done
[ -f "$data/writer.chk" ] || fail "$data is no data folder of EventStoreDB: writer.chk is missing"
[ -d "$secrets" ] || fail "$secrets is not there"
if [ -z "${WITHOUT_MONGODB:-}" ]; then
  command -v mongodump > /dev/null || fail 'mongodump is missing: install the MongoDB Database Tools, or set WITHOUT_MONGODB=1'
fi

umask 077
mkdir -p "$events_to/index" "$keys_to/secrets"
trap '[ -f "$events_to/complete" ] || { rm -rf "$events_to" "$keys_to"; say "stopped: nothing is left of it"; }' EXIT

copy() { cp --preserve=timestamps "$@"; }

# 1. The signed head, before the events: they then extend it, whatever is recorded meanwhile.
cp -R "$secrets/." "$keys_to/secrets/"

# 2. The index. A merge of index files replaces them and the map that names them: then it is copied again. Without an index
#    the server makes it again when it starts, from all events.
index() {
  rm -rf "$events_to/index"
  mkdir "$events_to/index"
  (cd "$data/index" && find . -type f -name '*.chk' -exec cp --preserve=timestamps --parents {} "$1" \;)
  (cd "$data/index" && find . -type f ! -name '*.chk' -exec cp --preserve=timestamps --parents {} "$1" \;)
}
if [ -d "$data/index" ]; then
  target=$(cd "$events_to" && pwd)/index
  for attempt in 1 2 3 4 5; do
    before=$(cat "$data/index/indexmap" 2> /dev/null || true)
    if index "$target" && [ "$before" = "$(cat "$data/index/indexmap" 2> /dev/null || true)" ]; then break; fi
    [ "$attempt" -lt 5 ] || fail 'the index changes all the time: stop a scavenge that runs, and try again'
    sleep 1
  done
fi

# 3. The checkpoints, then the chunks: what the checkpoints say is there then is.
copy "$data"/*.chk "$events_to/"
copy "$data"/chunk-* "$events_to/"

# 4. The keys of persons, after the events: every personal value then has its key.
if [ -z "${WITHOUT_MONGODB:-}" ]; then
  url=${RAPPORT_MONGODB_KEYS:-$(cat "${RAPPORT_MONGODB_KEYS_FILE:?or RAPPORT_MONGODB_KEYS names the MongoDB of the keys}")}
  # Through a file and not as an argument, where other users of the machine would read the password.
  printf 'uri: %s\n' "$url" > "$keys_to/mongodump.yml"
  mongodump --config="$keys_to/mongodump.yml" --db="$database" --gzip --archive="$keys_to/keys.archive.gz"
  rm "$keys_to/mongodump.yml"
fi

# 5. What was erased meanwhile.
(cd "$secrets" && find . -type f -name erasures.jsonl -exec cp --parents {} "$(cd "$OLDPWD" && cd "$keys_to/secrets" && pwd)" \;)

(cd "$events_to" && find . -type f ! -name SHA256SUMS -exec sha256sum {} + > SHA256SUMS)
(cd "$keys_to" && find . -type f ! -name SHA256SUMS -exec sha256sum {} + > SHA256SUMS)
sync -f "$events_to" "$keys_to" 2> /dev/null || sync
date -u +%Y-%m-%dT%H:%M:%SZ > "$events_to/complete"
say "events are in $events_to, keys and secrets in $keys_to"
