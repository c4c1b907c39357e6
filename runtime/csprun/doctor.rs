//! `csprun doctor`: what this machine has, and what each of it means for a run.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use csprun_dsl::signature::Catalog;
use csprun_runtime::library::library;

use crate::figures::grouped;
use crate::prepare::n_cores;
use crate::terminal::print;

/// Something that was looked for: what it is, what was found, what that means.
struct Finding {
    what: &'static str,
    found: String,
    means: String,
}

impl Finding {
    fn new(what: &'static str, found: impl Into<String>, means: impl Into<String>) -> Finding {
        Finding { what, found: found.into(), means: means.into() }
    }
}

/// Looks, and says what was found. Nothing is started or changed.
pub fn doctor() -> u8 {
    let library = library();
    let catalog = library.catalog();
    let findings =
        [cores(), memory(), open_files(), threads(), terminal(), python(catalog), mpi(), opencl(), cuda()];
    let version = env!("CARGO_PKG_VERSION");
    let build = if cfg!(debug_assertions) {
        "a debug build: slow, use `cargo build --release`"
    } else {
        "a release build"
    };
    let mut page = format!("csprun {version}, {build}\n\n");
    for Finding { what, found, means } in findings {
        page.push_str(&format!("{what:<12}{found}\n{:12}{means}\n", ""));
    }
    print(&page)
}

fn cores() -> Finding {
    let n = n_cores();
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let all = info.lines().filter(|line| line.starts_with("processor")).count().max(n);
    let found = if all > n { format!("{n} of {all} may be used") } else { format!("{n}") };
    let workers = if n == 1 { "one worker carries" } else { "as many workers carry" };
    Finding::new(
        "cores",
        found,
        format!("{workers} the light processes, unless `--workers N` says otherwise"),
    )
}

fn memory() -> Finding {
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = |name: &str| {
        let line = info.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    let gib = |kib: u64| format!("{:.1} GiB", kib as f64 / f64::from(1 << 20));
    let found = match (kib("MemTotal:"), kib("MemAvailable:")) {
        (Some(all), Some(free)) => format!("{}, {} available", gib(all), gib(free)),
        _ => "not known".to_owned(),
    };
    Finding::new(
        "memory",
        found,
        "`Auto` channels grow up to 1 GiB of tokens, unless `run: (memory: ..)` says otherwise",
    )
}

/// A limit of this program: the soft one, which counts, and the hard one.
fn limit(name: &str) -> Option<(String, String)> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let mut words = limits.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.to_owned()))
}

fn shown(limit: &str) -> String {
    limit.parse().map_or_else(|_| limit.to_owned(), grouped)
}

fn open_files() -> Finding {
    let means = "each file that is read or written takes one, a command three";
    match limit("Max open files") {
        None => Finding::new("open files", "not known", means),
        Some((soft, hard)) if soft == hard => Finding::new("open files", shown(&soft), means),
        Some((soft, hard)) => {
            let means = format!("{means}; `ulimit -n {hard}` allows more");
            Finding::new("open files", format!("{}, at most {}", shown(&soft), shown(&hard)), means)
        }
    }
}

fn threads() -> Finding {
    let number = |path: &str| fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<u64>().ok());
    let own = limit("Max processes").and_then(|(soft, _)| soft.parse().ok());
    let limits = [own, number("/proc/sys/kernel/threads-max"), number("/sys/fs/cgroup/pids.max")];
    let least = limits.into_iter().flatten().min();
    let found = least.map_or("no limit known".to_owned(), |n| format!("at most {}", grouped(n)));
    let means =
        "each process that blocks (`ReadLines`, `Print`, `Script`) has one; light ones share the workers'";
    Finding::new("threads", found, means)
}

fn terminal() -> Finding {
    let is = |terminal: bool| if terminal { "a terminal" } else { "no terminal" };
    let (output, error) = (io::stdout().is_terminal(), io::stderr().is_terminal());
    let found = if output == error {
        format!("standard output and error: {}", is(output))
    } else {
        format!("standard output: {}, standard error: {}", is(output), is(error))
    };
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    let means = match (error, no_colour, is_dumb) {
        (false, ..) => "neither colours nor progress where standard error is a file or a pipe",
        (true, _, true) => "neither colours nor progress: TERM says that it is dumb",
        (true, true, false) => "progress, but no colours: NO_COLOR is set",
        (true, false, false) => "colours and progress; NO_COLOR=1 and `--progress never` turn them off",
    };
    Finding::new("terminal", found, means)
}

fn python(catalog: &Catalog) -> Finding {
    let found =
        program("python3").map_or("python3 is not in PATH".to_owned(), |path| path.display().to_string());
    let means = if catalog.is_available("Python") {
        "processes of the kind `Python` run by it"
    } else {
        "not needed: this version checks processes of the kind `Python`, and runs none"
    };
    Finding::new("Python", found, means)
}

fn mpi() -> Finding {
    let found = match (
        program("mpiexec"),
        shared_object(&["libmpi.so", "libmpi.so.40", "libmpi.so.12", "libmpich.so"]),
    ) {
        (Some(mpiexec), Some(library)) => format!("{}, {}", mpiexec.display(), library.display()),
        (Some(mpiexec), None) => format!("{}, no library", mpiexec.display()),
        (None, Some(library)) => format!("{}, no mpiexec in PATH", library.display()),
        (None, None) => "neither mpiexec nor a library".to_owned(),
    };
    Finding::new("MPI", found, "not needed: this version checks places on ranks, and runs in one program")
}

fn opencl() -> Finding {
    let drivers = fs::read_dir("/etc/OpenCL/vendors").map_or(0, Iterator::count);
    let found = match shared_object(&["libOpenCL.so.1", "libOpenCL.so"]) {
        Some(library) => format!("{}, {drivers} drivers", library.display()),
        None => "no libOpenCL".to_owned(),
    };
    Finding::new("OpenCL", found, GPU)
}

fn cuda() -> Finding {
    let devices = fs::read_dir("/proc/driver/nvidia/gpus").map_or(0, Iterator::count);
    let found = match shared_object(&["libcuda.so.1", "libcuda.so"]) {
        Some(library) => format!("{}, {devices} devices", library.display()),
        None => "no libcuda".to_owned(),
    };
    Finding::new("CUDA", found, GPU)
}

const GPU: &str = "not needed: this version checks places on GPUs, and runs everything on the cores";

/// A program of that name that a shell would find.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// A library of one of these names where the loader usually looks.
fn shared_object(names: &[&str]) -> Option<PathBuf> {
    let own = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let arch = format!("{}-linux-gnu", std::env::consts::ARCH);
    let usual =
        ["/usr/local/lib", "/usr/lib64", "/usr/lib", "/lib", "/usr/local/cuda/lib64"].map(PathBuf::from);
    let usual = usual.into_iter().chain(["/usr/lib", "/lib"].map(|folder| Path::new(folder).join(&arch)));
    let folders =
        std::env::split_paths(&own).filter(|folder| folder.as_os_str() != OsStr::new("")).chain(usual);
    let libraries = folders.flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    libraries.into_iter().find(|library| library.is_file())
}
