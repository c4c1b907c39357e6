#!/usr/bin/env bash
# Fuzzes each target for some seconds, starting from the graphs of this repository.
#
#   tests/fuzz/run.sh [SECONDS [TARGET...]]
#
# Needs a nightly compiler (rustup toolchain install nightly) and cargo-fuzz, which it installs.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=${1:-60}
targets=("${@:2}")
[[ ${#targets[@]} -gt 0 ]] || targets=(parse check)

cargo fuzz --version > /dev/null 2>&1 || cargo install --locked cargo-fuzz

for target in "${targets[@]}"; do
    corpus=tests/fuzz/corpus/$target
    mkdir -p "$corpus"
    find graphs tests -name '*.ron' -not -path '*/corpus/*' -exec cp {} "$corpus" \;
    echo "=== fuzzing $target for $seconds s"
    cargo +nightly fuzz run --fuzz-dir tests/fuzz "$target" "$corpus" -- \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=4096 -dict=tests/fuzz/graph.dict
done
