#!/usr/bin/env bash
# Fuzzes each target for some seconds, starting from the graphs of this repository or, for `wire`, from two tokens.
#
#   tests/fuzz/run.sh [SECONDS [TARGET...]]
#
# Needs a nightly compiler (rustup toolchain install nightly) and cargo-fuzz, which it installs.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=${1:-60}
targets=("${@:2}")
[[ ${#targets[@]} -gt 0 ]] || targets=(parse check wire)

cargo fuzz --version > /dev/null 2>&1 || cargo install --locked cargo-fuzz

for target in "${targets[@]}"; do
    corpus=tests/fuzz/corpus/$target
    mkdir -p "$corpus"
    options=(-max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=4096)
    if [[ $target == wire ]]; then
        # [-1, "ab", an array of bytes] and {"a": (), "b": [true, 0.5, b"\xff"]}.
        printf '\1\7\3\2\1\4\2ab\6\4\1\1\1\1' > "$corpus/list"
        printf '\1\10\2\1a\1b\0\7\3\1\1\3\0\0\0\0\0\0\340\77\5\1\377' > "$corpus/record"
    else
        find graphs tests -name '*.ron' -not -path '*/corpus/*' -exec cp {} "$corpus" \;
        options+=(-dict=tests/fuzz/graph.dict)
    fi
    echo "=== fuzzing $target for $seconds s"
    cargo +nightly fuzz run --fuzz-dir tests/fuzz "$target" "$corpus" -- "${options[@]}"
done
