#!/usr/bin/env bash
# Breaks the core on purpose, one line at a time, and shows which tests see it. Not part of CI.
#
#   tests/mutations/run.sh          all of them, a minute or two each, those of the model checker longer
#   tests/mutations/run.sh NAME     one
#
# Each test runs in a program of its own, so one that hangs is named like one that fails. A mutation that no test sees
# makes the script fail. So does a test that fails or is too slow without one; to the model checker, a hang is a
# failure, and a model that takes too long says nothing. The file that is changed must be as git has it; it is put back.

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

only=${1:-}
mutated=
missed=()
ran=()
work=$(mktemp -d)
restore() { [[ -z "$mutated" ]] || git checkout --quiet -- "$mutated"; mutated=; }
trap 'restore; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Tests that see a mutation are looked for until there are so many.
enough=5

# build SUITE: prints the test program of a suite, choices and channels by hand or all orders of the races, or of those
# on rings.
build() {
    local flags="${RUSTFLAGS:-}" target="${CARGO_TARGET_DIR:-target}"
    if [[ $1 != by_hand ]]; then
        flags="$flags --cfg csprun_loom" target="$target/loom"
    fi
    RUSTFLAGS=$flags CARGO_TARGET_DIR=$target cargo test --locked -p csprun-runtime --lib --no-run 2> "$work/build" ||
        return 1
    sed -nE 's/^ *Executable unittests .*\((.*)\)$/\1/p' "$work/build"
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
    esac
    program=$(build "$1") || return 1
    : > "$work/seen"
    "$program" --list --format terse "${filters[@]}" | sed -n 's/: test$//p' |
        xargs -P "$(nproc)" -I '{}' bash -c 'one_test "$@"' _ "$program" "$limit" "$work/seen" "$enough" '{}' 2> /dev/null
    sort -u "$work/seen"
}

# mutate NAME SUITE FILE LINE NEW: replaces the one line that reads LINE, apart from its indentation. Where LINE has
# several lines, those before the last say which one is meant, and stay.
mutate() {
    local name=$1 suite=$2 file=$3 line=$4 new=$5 text seen
    [[ -z "$only" || "$only" == "$name" ]] || return 0
    ran+=("$name")
    if ! git diff --quiet -- "$file"; then
        echo "error: $file has changes" >&2
        exit 3
    fi
    text=$(LINE=$line NEW=$new awk '
        BEGIN { n_lines = split(ENVIRON["LINE"], line, "\n") }
        { text = $0; sub(/^ +/, "", text); meant = text == line[n_lines] }
        { for (i = 1; i < n_lines; i++) meant = meant && earlier[NR - n_lines + i] == line[i] }
        { earlier[NR] = text }
        meant { n++; print ENVIRON["NEW"]; next }
        { print }
        END { exit n != 1 }' "$file") || {
        echo "error: $name: $file has not exactly one line \`$line\`" >&2
        exit 3
    }
    mutated=$file
    printf '%s\n' "$text" > "$file"
    if ! seen=$(who_sees "$suite"); then
        cat "$work/build" >&2
        echo "error: $name does not compile" >&2
        exit 3
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

# Without a mutation all tests by hand pass, in the time that they have.
unbroken() {
    local seen
    if ! seen=$(who_sees by_hand); then
        cat "$work/build" >&2
        exit 3
    fi
    if [[ -n "$seen" ]]; then
        printf 'error: without a mutation:\n%s\n' "$seen" >&2
        exit 3
    fi
}

select=runtime/src/alt/select.rs
ending=runtime/src/channel/ending.rs
permit=runtime/src/channel/permit.rs
ring=runtime/src/channel/ring.rs

case "$only" in
    no_second_look | ring_*) ;;
    *) unbroken ;;
esac

# A guard becomes ready between the look at each and the offer of all.
mutate no_second_look by_order "$select" \
    'let ready = (0..n).any(|i| self.event(i).is_some_and(|event| unsafe { event.look() } != Ready::No));' \
    'let ready = false;'
# A reader that waits is not told of the end.
mutate no_wake_on_ending by_hand "$ending" \
    'after.wake(reader.waker.take());' \
    'reader.waker = None;'
# A choice commits with its own offer.
mutate meets_itself by_hand "$select" \
    'if let Some(idx) = this.close(claim, |event, is_taken| event.withdraw(is_taken)) {' \
    'if let Some(idx) = this.commit(cx)?.or_else(|| this.close(claim, |event, taken| event.withdraw(taken))) {'
# One token more than there are slots.
mutate slot_promised_twice by_hand runtime/src/channel/core.rs \
    'return wanted.min(self.capacity.saturating_sub(lane.n_slots() + self.n_reserved));' \
    'return wanted.min((self.capacity + 1).saturating_sub(lane.n_slots() + self.n_reserved));'
# The end of the stream before what is buffered.
mutate retired_before_drained by_hand runtime/src/channel/receive.rs \
    'if let Some(gone) = self.reader_gone_at_once(end) {' \
    'if let Some(gone) = self.reader_gone(end) {'
# A receive that is dropped takes the token along that it had committed to.
mutate drop_loses_the_token by_hand "$ending" \
    'Want::Idle | Want::Holding(_) => {}' \
    'Want::Idle | Want::Holding(_) => reader.want = Want::Idle,'
# A permit that is given up does not let its reader look elsewhere.
mutate permit_kept_by_its_reader by_hand "$permit" \
    'reader.want = Want::Idle;' \
    ''
# It does, and the reader is not told.
mutate permit_given_up_unseen by_hand "$permit" \
    $'reader.want = Want::Idle;\nafter.wake(reader.waker.take());' \
    'reader.waker = None;'
# A slot that is given up is not for the writer who waits.
mutate permit_given_up_admits_nobody by_hand "$permit" \
    $'Offer::Reserved(None) => {\nself.free_slot();\nself.admit(after);' \
    ''
# A permit keeps its slot when it is used.
mutate permit_slot_kept_after_use by_hand "$permit" \
    $'Offer::Reserved(None) => {\nself.free_slot();\nself.commit(writer, token, after);' \
    'self.n_reserved += 1; self.commit(writer, token, after);'
# A permit keeps two slots.
mutate permit_counted_twice by_hand "$permit" \
    'self.n_reserved += usize::from(self.full == Full::Block);' \
    'self.n_reserved += 2 * usize::from(self.full == Full::Block);'
# What is sent with a permit is not counted.
mutate permit_send_uncounted by_hand "$permit" \
    $'self.hand(reader as usize, token, after);\nself.count_sent(writer);' \
    ''
# The writer of an `AllOf` rendezvous counts as waiting when it used a permit.
mutate permit_waits_for_copies by_hand "$permit" \
    'self.passer = self.passer.filter(|passer| *passer != writer);' \
    ''
# Nobody is let in when a reader that waited has the token of a permit.
mutate permit_used_admits_nobody by_hand "$permit" \
    $'// A reader that waited has it, and the slot is free.\nself.admit(after);' \
    ''
# A choice that is promised a token is not told.
mutate promised_choice_untold by_hand "$permit" \
    $'// Its choice is decided: it withdraws the other guards.\nafter.wake(reader.waker.take());' \
    ''
# An end with a promise takes something else.
mutate promise_takes_something_else by_hand runtime/src/channel/receive.rs \
    'Want::Promised => return None,' \
    'Want::Promised => {}'
# A choice looks at an end with a promise as at any.
mutate promise_looks_ready by_hand runtime/src/channel/event.rs \
    'Want::Promised => return Ready::No,' \
    'Want::Promised => {}'
# A choice whose permit was given up waits for ever.
mutate broken_promise_waits by_hand "$select" \
    'Completion::Broken => this.state = State::Idle,' \
    'Completion::Broken => return Poll::Pending,'
# A choice that waits does not meet writers who reserve.
mutate offers_unpromised by_hand runtime/src/channel/event.rs \
    'self.meets_permits = core.direct && !core.sending.is_empty();' \
    'self.meets_permits = false; let _ = core.direct;'
# An ending leaves promises as they are.
mutate promise_outlives_the_channel by_hand "$ending" \
    'self.break_promise(reader, after);' \
    'let _ = reader;'
# A `try_` meets a writer who reserves, and commits it to nothing.
mutate try_meets_who_reserves by_hand runtime/src/channel/core.rs \
    'if arrival == Arrival::Choosing && matches!(writer.offer, Offer::Reserving) {' \
    'if false {'
# Who begins to wait does not look at the ring once more.
mutate ring_no_second_look by_order_on_rings runtime/src/channel/enter.rs \
    'self.core.settle(&mut self.after);' \
    ''
# No fence between the flag of who waits and its second look.
mutate ring_no_fence_of_who_waits by_order_on_rings "$ring" \
    'if flags & (READER_WAITS | WRITER_WAITS) != 0 {' \
    'if false {'
# No fence between a token and the look at the flag.
mutate ring_no_fence_of_who_acts by_order_on_rings "$ring" \
    'self.sees(waits)' \
    'self.flags.0.load(Ordering::Relaxed) & waits != 0'
# No fence before the look at the flag when a poll ends.
mutate ring_no_fence_at_the_end by_order_on_rings "$ring" \
    'if waits != 0 && self.sees(waits) {' \
    'if self.flags.0.load(Ordering::Relaxed) & waits != 0 {'
# No look at the flag when a poll ends.
mutate ring_no_look_at_the_end by_order_on_rings "$ring" \
    'if waits != 0 && self.sees(waits) {' \
    'if false && self.sees(waits) {'
# A token that is seen before it is there.
mutate ring_put_unreleased by_order_on_rings "$ring" \
    'self.writer.at.store(tail.wrapping_add(1), Ordering::Release);' \
    'self.writer.at.store(tail.wrapping_add(1), Ordering::Relaxed);'
# A place that is seen free before it is.
mutate ring_take_unreleased by_order_on_rings "$ring" \
    'self.reader.at.store(head.wrapping_add(1), Ordering::Release);' \
    'self.reader.at.store(head.wrapping_add(1), Ordering::Relaxed);'
# Offers that the thread of the other side does not hear of.
mutate ring_offer_unannounced by_order_on_rings "$select" \
    '(0..n).for_each(|i| self.event(i).into_iter().for_each(|event| event.announce()));' \
    ''
# A reader that ends makes places free for a writer that nobody reads.
mutate ring_drained_unflagged by_order_on_rings runtime/src/channel/lane.rs \
    'ring.stop_writer();' \
    ''
# The writer does not look at its flag before it looks how far it has come.
mutate ring_filled_over by_order_on_rings "$ring" \
    'if !own.is_own() || self.stops_writer() {' \
    'if !own.is_own() {'
# Ends that joined are not told.
mutate ring_joined_untold by_order_on_rings runtime/src/channel/enter.rs \
    'return READER_LOOKS | WRITER_LOOKS | READER_WAITS | WRITER_WAITS;' \
    'return READER_LOOKS | WRITER_LOOKS;'

if ((${#ran[@]} == 0)); then
    echo "error: there is no mutation \`$only\`" >&2
    exit 3
fi
if ((${#missed[@]} > 0)); then
    echo "not seen: ${missed[*]}" >&2
    exit 1
fi
