#!/usr/bin/env bash
# What the counters of channels and ports cost: instructions a round with them and without, by callgrind. Needs
# valgrind; works from any directory.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if ! command -v valgrind > /dev/null; then
    echo "skipped: valgrind is not installed (Debian: apt-get install valgrind)"
    exit 0
fi

# On two workers the number of instructions depends on who waits for whom.
rows=(commstime:commstime-typed commstime:commstime-graph
    ping-pong-one-worker:ping-pong-one-worker alternation-16x1:alternation-16x1)
few=2000
many=12000

# Builds the bench, and prints where it is.
build() {
    cargo bench --locked -p csprun-runtime --bench peers --no-run --target-dir "$1" 2>&1 |
        tee >(cat >&2) | sed -n 's/^ *Executable .*(\(.*\))$/\1/p'
}

# Instructions of one run: PROGRAM SCENARIO CONTENDER ROUNDS.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" --one "$2" "$3" "$4" 2>&1 |
        awk '/Collected/ { print $NF }'
}

# Instructions a round: PROGRAM SCENARIO CONTENDER.
each() {
    echo $((($(instructions "$@" "$many") - $(instructions "$@" "$few")) / (many - few)))
}

target="${CARGO_TARGET_DIR:-target}"
counted=$(build "$target")
uncounted=$(RUSTFLAGS="${RUSTFLAGS:-} --cfg csprun_uncounted" build "$target/uncounted")

printf '%-24s %12s %12s %8s\n' "instructions a round" counted uncounted more
for row in "${rows[@]}"; do
    with=$(each "$counted" "${row%:*}" "${row#*:}")
    without=$(each "$uncounted" "${row%:*}" "${row#*:}")
    awk -v name="${row#*:}" -v a="$with" -v b="$without" \
        'BEGIN { printf "%-24s %12d %12d %7.2f%%\n", name, a, b, 100 * (a - b) / b }'
done
