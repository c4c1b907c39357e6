#!/usr/bin/env bash
# Breaks the core on purpose, one line at a time, and shows which tests see it. Not part of CI.
#
#   tests/mutations/run.sh          all of them, about a minute each
#   tests/mutations/run.sh NAME     one
#
# A mutation that no test sees makes it fail. The file that is changed must be as git has it; it is put back.

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

only=${1:-}
mutated=
missed=()
restore() { [[ -z "$mutated" ]] || git checkout --quiet -- "$mutated"; mutated=; }
trap restore EXIT
trap 'exit 130' INT TERM

# The tests that see it: choices and channels by hand, or all orders of the races.
by_hand() { timeout 150 cargo test --locked -p csprun-runtime --lib -- alt:: channel:: 2>&1; }
by_order() {
    RUSTFLAGS="--cfg csprun_loom" CARGO_TARGET_DIR=target/loom \
        timeout 600 cargo test --locked -p csprun-runtime --lib models -- --test-threads 1 2>&1
}

# mutate NAME SUITE FILE LINE NEW: replaces the one line that reads LINE, apart from its indentation.
mutate() {
    local name=$1 suite=$2 file=$3 line=$4 new=$5 log failed
    [[ -z "$only" || "$only" == "$name" ]] || return 0
    if ! git diff --quiet -- "$file"; then
        echo "error: $file has changes" >&2
        exit 3
    fi
    mutated=$file
    log=$(LINE=$line NEW=$new awk '
        { text = $0; sub(/^ +/, "", text) }
        text == ENVIRON["LINE"] { n++; print ENVIRON["NEW"]; next }
        { print }
        END { exit n != 1 }' "$file") || {
        echo "error: $name: $file has not exactly one line \`$line\`" >&2
        exit 3
    }
    printf '%s\n' "$log" > "$file"
    log=$("$suite")
    local status=$?
    restore
    if ((status == 124)); then
        echo "$name: seen, a test hangs"
        return 0
    fi
    if grep -q '^error\[' <<< "$log"; then
        echo "error: $name does not compile" >&2
        exit 3
    fi
    failed=$(grep -oE '^test [^ ]+ \.\.\. FAILED|^thread .(alt|channel|sync)::[^ ]+. .*panicked' <<< "$log" |
        grep -oE '(alt|channel|sync)::[a-z0-9_:]+' | sort -u)
    if grep -q '^test result: ok' <<< "$log" || [[ -z "$failed" ]]; then
        missed+=("$name")
        echo "$name: NOT SEEN"
    else
        echo "$name: seen by $(wc -l <<< "$failed") tests"
        printf '    %s\n' $failed
    fi
}

select=runtime/src/alt/select.rs
ending=runtime/src/channel/ending.rs

mutate no_second_look by_order "$select" \
    'let ready = (0..n).any(|i| self.event(i).is_some_and(|event| unsafe { event.look() } != Ready::No));' \
    'let ready = false;'
mutate no_wake_on_ending by_hand "$ending" \
    'after.wake(reader.waker.take());' \
    'reader.waker = None;'
mutate meets_itself by_hand "$select" \
    'if let Some(idx) = this.close(claim, |event| event.withdraw()) {' \
    'if let Some(idx) = this.commit(cx)?.or_else(|| this.close(claim, |event| event.withdraw())) {'
mutate slot_promised_twice by_hand runtime/src/channel/core.rs \
    'return wanted.min(self.capacity.saturating_sub(lane.buffer.len()));' \
    'return wanted.min((self.capacity + 1).saturating_sub(lane.buffer.len()));'
mutate retired_before_drained by_hand runtime/src/channel/receive.rs \
    'if let Some(gone) = self.reader_gone_at_once(end) {' \
    'if let Some(gone) = self.reader_gone(end) {'
mutate drop_loses_the_token by_hand "$ending" \
    'if matches!(reader.want, Want::Waiting) {' \
    'if !matches!(reader.want, Want::Idle) {'

if ((${#missed[@]} > 0)); then
    echo "not seen: ${missed[*]}" >&2
    exit 1
fi
