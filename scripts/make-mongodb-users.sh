#!/bin/bash
# Run by MongoDB's image when its database is made: the two users of Rapport, each with its own database. Views and keys of
# persons are apart, so that neither user reads what the other's is for.
set -eu

make_user() { # NAME DATABASE FILE-OF-PASSWORD
  PASSWORD=$(cat "$3") mongosh --quiet admin --eval "
    db.createUser({
      user: '$1',
      pwd: process.env.PASSWORD,
      roles: [{ role: 'readWrite', db: '$2' }],
    })"
}

make_user rapport rapport /run/secrets/mongodb-rapport-password
make_user rapport_keys rapport_keys /run/secrets/mongodb-keys-password
