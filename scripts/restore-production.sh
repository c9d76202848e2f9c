#!/bin/bash
# restore-production.sh EVENTS-FROM DATA: makes the data folder of a stopped EventStoreDB node from a backup. DATA must not
# exist yet. Then start the node on DATA, restore the keys with mongorestore and the secrets by copying them where they are
# missing, and start workers and APIs on an empty database of views: docs/how-to/back-up-and-restore.md, step by step.
set -euo pipefail

fail() { echo "restore-production.sh: $*" >&2; exit 1; }

[ $# -eq 2 ] || fail 'call it with two folders: the events of a backup, and the data folder to make'
from=$1 data=$2
[ -f "$from/complete" ] || fail "$from is no finished backup: complete is missing"
[ ! -e "$data" ] || fail "$data is there already, and a restore overwrites nothing: name another"
(cd "$from" && sha256sum --check --quiet SHA256SUMS) || fail "$from is not what was backed up: use another backup"

mkdir -p "$data"
(cd "$from" && find . -type f ! -name complete ! -name SHA256SUMS -exec cp --preserve=timestamps --parents {} "$(cd "$OLDPWD" && cd "$data" && pwd)" \;)
# The server then cuts off what was written to the chunks after their checkpoints had been copied.
cp "$data/chaser.chk" "$data/truncate.chk"
echo "restore-production.sh: the backup of $(cat "$from/complete") is in $data" >&2
