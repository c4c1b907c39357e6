#!/usr/bin/env bash
# Makes what the tests of TLS use: an authority that nobody else knows, and a server on 127.0.0.1 which it vouches for.
# The keys are no secret: the authority's is thrown away, and nobody trusts it but these tests.
#
# Valid from 2020 to 2120, so that no clock of a test machine is outside. Needs OpenSSL 3.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
cat > "$made/ca.conf" << CONF
[ca]
default_ca = tests
[tests]
database = $made/index
new_certs_dir = $made
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1
CONF
: > "$made/index"

# Asks for a certificate: its name.
ask() {
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=csprun tests: $1" \
        -keyout "$made/$1.key" -out "$made/$1.csr" 2> /dev/null
}

# Signs what was asked for: its name, and who signs.
sign() {
    openssl ca -config "$made/ca.conf" -batch -notext -startdate 20200101000000Z -enddate 21200101000000Z \
        -extensions "$1" -in "$made/$1.csr" -out "$made/$1.crt" "${@:2}" 2> /dev/null
}

ask authority
ask server
sign authority -selfsign -keyfile "$made/authority.key"
sign server -cert "$made/authority.crt" -keyfile "$made/authority.key"

cp "$made/authority.crt" authority.pem
cat "$made/server.crt" "$made/server.key" > server.pem
