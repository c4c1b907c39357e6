#!/usr/bin/env bash
# Breaks the core on purpose, one patch at a time, and shows which tests see it. Not part of CI.
#
#   tests/mutations/run.sh           all of them, a minute or two each, those of the model checker longer
#   tests/mutations/run.sh NAME ..   these: names of the patches beside this script
#   tests/mutations/run.sh --check   only whether each patch still applies
#
# A patch begins with what it breaks and the suite that shall see it. Each test runs in a program of its own, so one that
# hangs is named like one that fails. A mutation that no test sees makes the script fail. So does a test that fails or is
# too slow without one; to the model checker, a hang is a failure, and a model that takes too long says nothing. What a
# patch changes must be as git has it; it is put back.

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

mutated=()
missed=()
work=$(mktemp -d)
restore() { ((${#mutated[@]} == 0)) || git checkout --quiet -- "${mutated[@]}"; mutated=(); }
trap 'restore; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Tests that see a mutation are looked for until there are so many.
enough=5

# build SUITE: prints the test program of a suite: choices, channels and barriers by hand, all orders of their races or of
# those on rings, the conformance list or the tests of scripts (`conformance FILTER ..`, `script FILTER ..`: of it these).
build() {
    local flags="${RUSTFLAGS:-}" target="${CARGO_TARGET_DIR:-target}" what=(-p csprun-runtime --lib)
    case $1 in
        by_order*) flags="$flags --cfg csprun_loom" target="$target/loom" ;;
        conformance* | script*) what=(--workspace --test "${1%% *}") ;;
    esac
    RUSTFLAGS=$flags CARGO_TARGET_DIR=$target cargo test --locked "${what[@]}" --no-run 2> "$work/build" || return 1
    sed -nE 's/^ *Executable .*\((.*)\)$/\1/p' "$work/build"
}

# One test of a program: says so when it fails or hangs; 255 when enough do.
one_test() {
    local program=$1 limit=$2 seen=$3 enough=$4 name=$5
    timeout --kill-after 1 "$limit" "$program" --exact "$name" --test-threads 1 > /dev/null 2>&1
    case $? in
        0) return 0 ;;
        124 | 137) [[ $name == *models::* ]] || echo "$name hangs" >> "$seen" ;;
        *) echo "$name fails" >> "$seen" ;;
    esac
    (($(wc -l < "$seen") < enough)) || return 255
}
export -f one_test
# A case that fails here is none to keep.
export PROPTEST_DISABLE_FAILURE_PERSISTENCE=1

# who_sees SUITE: prints the tests that do not pass, up to $enough.
who_sees() {
    local program filters limit
    case $1 in
        by_hand) filters=(alt:: barrier:: channel::) limit=15 ;;
        by_order) filters=(models) limit=300 ;;
        by_order_on_rings) filters=(models::ring) limit=300 ;;
        conformance* | script*) read -ra filters <<< "${1#* }" && limit=60 ;;
        *) echo "there is no suite \`$1\`" > "$work/build" && return 1 ;;
    esac
    program=$(build "$1") || return 1
    : > "$work/seen"
    "$program" --list --format terse "${filters[@]}" | sed -n 's/: test$//p' |
        xargs -P "$(nproc)" -I '{}' bash -c 'one_test "$@"' _ "$program" "$limit" "$work/seen" "$enough" '{}' 2> /dev/null
    sort -u "$work/seen"
}

# fail WORDS: there is nothing to be learnt.
fail() {
    echo "error: $*" >&2
    exit 3
}

# try PATCH: says which tests see it.
try() {
    local patch=$1 name seen suite
    name=$(basename "$patch" .patch)
    mapfile -t mutated < <(sed -n 's|^--- a/||p' "$patch")
    if ! git diff --quiet -- "${mutated[@]}"; then
        mutated=()
        fail "$name: what it changes has changes already"
    fi
    git apply "$patch" || fail "$name does not apply: make it anew"
    suite=$(sed -n 's/^Suite: //p' "$patch")
    if ! seen=$(who_sees "$suite"); then
        cat "$work/build" >&2
        fail "$name does not compile"
    fi
    restore
    if [[ -z "$seen" ]]; then
        missed+=("$name")
        echo "$name: NOT SEEN"
    else
        echo "$name: seen by"
        sed 's/^/    /' <<< "$seen"
    fi
}

# unbroken SUITE: without a mutation all its tests pass, in the time that they have.
unbroken() {
    local seen
    if ! seen=$(who_sees "$1"); then
        cat "$work/build" >&2
        exit 3
    fi
    [[ -z "$seen" ]] || fail $'without a mutation:\n'"$seen"
}

patches=()
for name in "$@"; do
    [[ $name == --check ]] || patches+=("tests/mutations/$name.patch")
done
((${#patches[@]} > 0)) || patches=(tests/mutations/*.patch)
for patch in "${patches[@]}"; do
    [[ -f $patch ]] || fail "there is no mutation \`$(basename "$patch" .patch)\`"
    git apply --check "$patch" || fail "$(basename "$patch" .patch) does not apply: make it anew"
done
[[ ${1:-} != --check ]] || exit 0

# What the model checker says without a mutation is told by the tests themselves.
mapfile -t suites < <(sed -n '/^Suite: by_order/d; s/^Suite: //p' "${patches[@]}" | sort -u)
for suite in ${suites[@]+"${suites[@]}"}; do
    unbroken "$suite"
done
for patch in "${patches[@]}"; do
    try "$patch"
done
if ((${#missed[@]} > 0)); then
    echo "not seen: ${missed[*]}" >&2
    exit 1
fi
