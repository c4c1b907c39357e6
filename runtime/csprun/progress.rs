//! How far a run is, on a terminal: redrawn ten times a second at most, below what the network itself prints.

mod share;

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use csprun_dsl::plan::Plan;
use csprun_runtime::process::Sink;
use csprun_runtime::supervisor::{ChannelProgress, Progress, Watcher};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::figures::{short, taken};
use crate::terminal::terminal_width;
use share::Courses;

/// A run that is over sooner shows nothing.
const LATER: Duration = Duration::from_millis(500);
/// Redraws a second.
const HZ: u8 = 10;
/// Channels that are shown.
const N_SHOWN: usize = 8;
/// Characters of a bar.
const BAR: usize = 20;
/// Part of a rate that is new at each look.
const NEW: f64 = 0.3;

/// What is drawn, shared by who draws it and who writes above it.
#[derive(Clone)]
pub struct Board(Arc<Mutex<State>>);

struct State {
    name: String,
    courses: Courses,
    bars: MultiProgress,
    bar: ProgressBar,
    is_drawn: bool,
    /// What stands above it ends in the middle of a line.
    is_inside_line: bool,
    looked: Duration,
    /// Tokens received, and the rate of that, by channel.
    rates: Vec<(u64, f64)>,
}

impl Board {
    /// For a run of this network, if standard error is a terminal that can be drawn on. Who reads standard output
    /// through a pipe most likely writes to the same terminal, where nobody knows what the other has drawn.
    pub fn new(plan: &Plan) -> Option<Board> {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        (io::stderr().is_terminal() && !is_dumb && !is_pipe("/dev/stdout")).then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(HZ);
            Board(Arc::new(Mutex::new(State::new(plan.name.clone(), Courses::of(plan), target))))
        })
    }

    /// Draws what it is shown.
    pub fn watcher(&self) -> Watcher {
        let board = self.clone();
        Arc::new(move |progress| {
            // Who writes above it may have to wait for the terminal, which is no reason for the supervisor to wait.
            if let Ok(mut state) = board.0.try_lock() {
                state.look(progress);
            }
        })
    }

    /// Where a stream of the network goes: above what is drawn, if it is the same terminal.
    pub fn above(&self, stream: impl Write + IsTerminal + Send + 'static) -> Sink {
        if stream.is_terminal() {
            Arc::new(Mutex::new(Above { stream, board: self.clone() }))
        } else {
            Arc::new(Mutex::new(stream))
        }
    }

    /// Takes away what is drawn.
    pub fn clear(&self) {
        self.state().clear();
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(unix)]
fn is_pipe(path: &str) -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_path: &str) -> bool {
    false
}

/// A stream of the network on the terminal that is drawn on.
struct Above<W> {
    stream: W,
    board: Board,
}

impl<W: Write> Write for Above<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.board.state();
        state.clear();
        let n = self.stream.write(bytes)?;
        if let Some(last) = bytes[..n].last() {
            state.is_inside_line = *last != b'\n';
        }
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl State {
    fn new(name: String, courses: Courses, target: ProgressDrawTarget) -> State {
        let bars = MultiProgress::with_draw_target(target);
        let style = ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = bars.add(ProgressBar::no_length().with_style(style));
        let (is_drawn, is_inside_line) = (false, false);
        let (looked, rates) = (Duration::ZERO, Vec::new());
        State { name, courses, bars, bar, is_drawn, is_inside_line, looked, rates }
    }

    fn clear(&mut self) {
        if std::mem::replace(&mut self.is_drawn, false) {
            // A terminal that cannot be written to shows nothing anyway.
            self.bars.clear().ok();
        }
    }

    fn look(&mut self, progress: &Progress<'_>) {
        let passed = progress.elapsed.saturating_sub(self.looked).as_secs_f64().max(1e-3);
        self.looked = progress.elapsed;
        self.rates.resize(progress.channels.len(), (0, 0.0));
        for ((n, rate), channel) in self.rates.iter_mut().zip(&progress.channels) {
            let now = channel.n_received.saturating_sub(*n) as f64 / passed;
            *rate = if *n == 0 { now } else { *rate + NEW * (now - *rate) };
            *n = channel.n_received;
        }
        if progress.elapsed >= LATER && !self.is_inside_line {
            // It draws what it is told.
            self.bar.set_message(self.page(progress, terminal_width()));
            self.is_drawn = true;
        }
    }

    fn page(&self, progress: &Progress<'_>, width: usize) -> String {
        let rates = self.rates.iter().map(|(_, rate)| *rate);
        let mut page = head(&self.name, progress, self.courses.share(progress), rates.clone().sum());
        let shown = || progress.channels.iter().zip(rates.clone()).take(N_SHOWN);
        let widest = shown().map(|(channel, _)| channel.name.chars().count()).max().unwrap_or(0);
        let widest = widest.min(width.saturating_sub(BAR + 32));
        for (channel, rate) in shown() {
            // Writing to a `String` cannot fail.
            write!(page, "\n{}", line(channel, rate, widest)).ok();
        }
        if progress.channels.len() > N_SHOWN {
            write!(page, "\n  and {} more channels", progress.channels.len() - N_SHOWN).ok();
        }
        page.lines().map(|line| clipped(line, width - 1)).collect::<Vec<_>>().join("\n")
    }
}

/// The name, how far, how long still, how fast.
fn head(name: &str, progress: &Progress<'_>, share: Option<f64>, rate: f64) -> String {
    let n_ended = progress.processes.iter().filter(|process| process.ended).count();
    let elapsed = taken(progress.elapsed);
    let rate = short(rate);
    match share {
        Some(share) => {
            let left = match time_left(progress.elapsed, share) {
                Some(left) => format!(", about {} left", whole(left)),
                None => String::new(),
            };
            format!("{name} {} {:3.0}%  {elapsed}{left}, {rate} communications/s", bar(share), share * 100.0)
        }
        None => {
            let n = progress.processes.len();
            format!("{name}  {elapsed}, {rate} communications/s, {n_ended} of {n} processes have ended")
        }
    }
}

/// `None`: too early to tell, or what is left is not known.
fn time_left(elapsed: Duration, share: f64) -> Option<Duration> {
    let seconds = elapsed.as_secs_f64() * (1.0 - share) / share;
    (share > 0.001 && share < share::MOST)
        .then(|| Duration::try_from_secs_f64(seconds.round()).ok())
        .flatten()
}

fn whole(time: Duration) -> String {
    if time.as_secs() < 60 { format!("{} s", time.as_secs()) } else { taken(time) }
}

fn line(channel: &ChannelProgress<'_>, rate: f64, widest: usize) -> String {
    let name = clipped(channel.name, widest);
    let rate = format!("{}/s", short(rate));
    if channel.capacity == 0 {
        return format!("  {name:widest$}  {rate:>9}  rendezvous");
    }
    let (n, capacity) = (channel.n_tokens, channel.capacity);
    let share = n as f64 / capacity as f64;
    format!("  {name:widest$}  {rate:>9}  {} {n}/{capacity}", bar(share))
}

fn bar(share: f64) -> String {
    let full = (share * BAR as f64).round().clamp(0.0, BAR as f64) as usize;
    format!("[{}{}]", "#".repeat(full), " ".repeat(BAR - full))
}

/// The text, if it is not wider; else its beginning.
fn clipped(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(2)).chain("..".chars()).collect()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use csprun_runtime::supervisor::{ChannelProgress, ProcessProgress, Progress};
    use indicatif::{ProgressDrawTarget, TermLike};

    use super::share::Courses;
    use super::{HZ, State, clipped, head, line};

    /// A terminal that counts what is drawn.
    #[derive(Clone, Debug, Default)]
    struct Counting(Arc<AtomicUsize>);

    impl TermLike for Counting {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _n: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _n: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _n: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _n: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, _line: &str) -> io::Result<()> {
            Ok(())
        }
        fn write_str(&self, _text: &str) -> io::Result<()> {
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    }

    #[test]
    fn each_look_draws_once() {
        let terminal = Counting::default();
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(terminal.clone()), HZ);
        let mut state = State::new("net".to_owned(), Courses::none(), target);
        // As many as may come at once.
        for _ in 0..10 {
            state.look(&progress());
        }
        assert_eq!(terminal.0.load(Ordering::Relaxed), 10);
    }

    fn progress() -> Progress<'static> {
        let processes = vec![ProcessProgress { name: "p", ended: false, way: None }];
        Progress { elapsed: Duration::from_secs(10), processes, channels: Vec::new() }
    }

    #[test]
    fn the_time_that_is_left_follows_from_how_far_the_run_is() {
        let at = |share| head("net", &progress(), Some(share), 1234.0);
        assert_eq!(
            at(0.25),
            "net [#####               ]  25%  10.00 s, about 30 s left, 1.2 k communications/s"
        );
        assert_eq!(at(0.99), "net [####################]  99%  10.00 s, 1.2 k communications/s");
    }

    #[test]
    fn without_a_length_there_is_no_percentage() {
        let head = head("net", &progress(), None, 5.0);
        assert_eq!(head, "net  10.00 s, 5 communications/s, 0 of 1 processes have ended");
    }

    #[test]
    fn a_channel_shows_its_rate_and_how_full_it_is() {
        let mut channel =
            ChannelProgress { name: "a -> b", n_received: 9, n_tokens: 32, capacity: 64, may_grow: true };
        assert_eq!(line(&channel, 10.0, 8), "  a -> b         10/s  [##########          ] 32/64");
        channel.capacity = 0;
        assert_eq!(line(&channel, 1e6, 6), "  a -> b    1.0 M/s  rendezvous");
        assert_eq!(clipped("a long name", 6), "a lo..");
    }
}
