#!/bin/sh
# make-certificates.sh [FOLDER] [NAME ...]: makes a certificate authority and the certificates of both servers in FOLDER
# (./secrets), as docker-compose.yml mounts them. NAMEs are further DNS names or IPv4 addresses by which clients call the
# servers. Run again it keeps the authority and makes new server certificates: that is how they are renewed.
#
#   authority/ca.key             the authority's secret: keep it away from the servers
#   ca/ca.crt                    what clients and servers trust
#   eventstoredb/node.{crt,key}  of EventStoreDB
#   mongodb/server.pem           of MongoDB: certificate and key in one file
set -eu
folder=${1:-./secrets}
[ $# -eq 0 ] || shift
days_authority=3650
days_server=730

command -v openssl > /dev/null || { echo 'make-certificates.sh: openssl is missing: install it' >&2; exit 1; }

# The folder is its owner's alone. What is in it may be read by whoever gets there: the servers run in containers under
# users of their own, and reach only what is mounted.
umask 022
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"
mkdir -p authority ca eventstoredb mongodb
chmod 700 authority

if [ ! -f authority/ca.key ]; then
  # openssl makes keys readable by their owner only, whatever the umask
  openssl req -x509 -newkey rsa:3072 -sha256 -nodes -days "$days_authority" -subj '/O=Rapport/CN=Rapport servers' \
    -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -keyout authority/ca.key -out ca/ca.crt 2> /dev/null
fi

alternatives() { # SERVICE NAME ...: where a server is reached
  list="DNS:$1,DNS:localhost,IP:127.0.0.1"
  shift
  for name in "$@"; do
    case $name in
      *[!0-9.]*) list="$list,DNS:$name" ;;
      *) list="$list,IP:$name" ;;
    esac
  done
  echo "$list"
}

certificate() { # COMMON-NAME ALTERNATIVES FILE: makes FILE.key and FILE.crt
  openssl req -newkey rsa:2048 -sha256 -nodes -subj "/O=Rapport/CN=$1" -keyout "$3.key" -out "$3.csr" 2> /dev/null
  printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature,keyEncipherment' \
    'extendedKeyUsage=serverAuth,clientAuth' "subjectAltName=$2" > "$3.ext"
  openssl x509 -req -sha256 -days "$days_server" -in "$3.csr" -CA ca/ca.crt -CAkey authority/ca.key \
    -set_serial "0x$(openssl rand -hex 16)" -extfile "$3.ext" -out "$3.crt" 2> /dev/null
  rm "$3.csr" "$3.ext"
  chmod 644 "$3.key"
}

certificate eventstoredb-node "$(alternatives eventstoredb "$@")" eventstoredb/node
certificate mongodb "$(alternatives mongodb "$@")" mongodb/server
cat mongodb/server.crt mongodb/server.key > mongodb/server.pem
rm mongodb/server.crt mongodb/server.key
echo "Certificates are in $(pwd), good for $days_server days. Keep authority/ca.key elsewhere."
