#!/usr/bin/env bash
# Everything that CI runs, from formatting to the graphs on a release build. Needs the Rust toolchain and nothing
# else; works from any directory.
#
#   tests/all.sh          minutes on two cores
#   tests/all.sh --long   also the slow tests, fuzzing, packaging and the licence check
#
# It stops at the first step that fails. The last line counts the tests.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage="usage: tests/all.sh [--long]"
long=false
for argument in "$@"; do
    case "$argument" in
        --long) long=true ;;
        -h | --help) echo "$usage" && exit 0 ;;
        *) echo "$usage" >&2 && exit 3 ;;
    esac
done

log=$(mktemp)
trap 'rm -f "$log"' EXIT
skipped=()

# Runs a command, after saying which.
step() {
    printf '\n=== %s\n' "$*"
    "$@"
}

# Runs `cargo test` with the given arguments, and keeps its output for the count.
tests() {
    step cargo test --locked "$@" 2>&1 | tee -a "$log"
}

# Prints the sum of the `test result:` lines.
count() {
    awk '/^test result:/ { passed += $4; failed += $6 } END { printf "%d passed, %d failed\n", passed, failed }' "$log"
}

# Whether a cargo subcommand of the toolchain is there; CI must have it, a reader's machine may lack it.
component() {
    if cargo "$1" --version > /dev/null 2>&1; then
        return 0
    fi
    if [[ -n "${CI:-}" ]]; then
        echo "error: cargo $1 is missing: rustup component add $2" >&2
        exit 1
    fi
    skipped+=("cargo $1 (rustup component add $2)")
    return 1
}

# Installs a cargo subcommand that is absent; only the long run needs any.
tool() {
    cargo "$1" --version > /dev/null 2>&1 || step cargo install --locked "cargo-$1"
}

if ! command -v cargo > /dev/null; then
    echo "error: cargo is missing: see https://rustup.rs" >&2
    exit 1
fi

step cargo --version

if component fmt rustfmt; then
    step cargo fmt --all --check
fi

# The mutations themselves take an hour; that they still fit the code is told here.
step tests/mutations/run.sh --check

# Tests, doc tests included, share one debug profile with everything below but the release build.
if ! tests --workspace --no-fail-fast; then
    printf '\n'
    count
    exit 1
fi

if component clippy clippy; then
    step cargo clippy --locked --workspace --all-targets -- -D warnings
fi

RUSTDOCFLAGS="${RUSTDOCFLAGS:-} -D warnings" step cargo doc --locked --workspace --no-deps

# What a user runs is the release build: the README's first command, then every graph of graphs/ again.
step cargo run --locked --release -- graphs/wordcount.ron
tests --release --test graphs

if $long; then
    tests --release --workspace -- --ignored
    # Every order of the races in runtime/src/models.rs; a build of its own.
    RUSTFLAGS="${RUSTFLAGS:-} --cfg csprun_loom" CARGO_TARGET_DIR=target/loom \
        tests -p csprun-runtime --lib models -- --test-threads 1
    if cargo +nightly miri --version > /dev/null 2>&1; then
        # A random case takes seconds there; the thread that drives timers outlives the tests.
        MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-ignore-leaks" PROPTEST_CASES=4 CARGO_TARGET_DIR=target/miri \
            step cargo +nightly miri test --locked -p csprun-runtime --lib -- \
            value:: channel:: alt:: --skip laws --skip agreement
    else
        skipped+=("cargo miri (rustup +nightly component add miri)")
    fi
    step cargo publish --locked --workspace --dry-run
    tool deny
    step cargo deny --locked check bans licenses sources
    if cargo deny --locked fetch db > /dev/null 2>&1; then
        step cargo deny --locked check advisories
    else
        skipped+=("cargo deny check advisories (its database cannot be reached)")
    fi
    step bash tests/fuzz/run.sh 60
fi

printf '\n'
for what in ${skipped[@]+"${skipped[@]}"}; do
    echo "skipped: $what"
done
count
