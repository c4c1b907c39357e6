//! `csprun plan`: what will run where.

use csprun_dsl::network::{ChannelKind, Collect, Deal, Spread};
use csprun_dsl::params::Param;
use csprun_dsl::plan::{ChannelPlan, Plan, ProcessPlan, Role, Seat};
use csprun_runtime::channel::Flavor;
use csprun_runtime::expr::Way;
use csprun_runtime::library::library;
use csprun_runtime::planned_flavor;
use serde_json::{Value, json};

use crate::cli::{PlanArgs, PlanFormat};
use crate::exit;
use crate::figures::counted;
use crate::prepare::{Asked, machine, prepare};
use crate::profile::{Bottleneck, Profile};
use crate::table::table;
use crate::terminal::{complain, print};

/// Ends of a channel that a table names; there may be thousands.
const N_NAMED: usize = 3;

/// Shows the plan.
pub fn plan(args: &PlanArgs) -> u8 {
    let asked = Asked {
        graph: &args.graph.graph,
        set: &args.graph.set,
        deploy: args.graph.deploy.as_ref().filter(|_| !args.place.local),
        machine: machine(&args.place, usize::from(args.ranks)),
        quiet: false,
    };
    let profile = match args.from.as_deref().map(Profile::read).transpose() {
        Ok(profile) => profile,
        Err(wrong) => {
            complain(&wrong);
            return exit::FAILED;
        }
    };
    let Some((_, plan)) = prepare(&asked, &library()) else { return exit::ERRORS };
    match profile.as_ref().map_or(Ok(None), |profile| profile.compare(&plan)) {
        Ok(differs) => differs.iter().for_each(|differs| complain(differs)),
        Err(wrong) => {
            complain(&wrong);
            return exit::FAILED;
        }
    }
    print(&match args.format {
        PlanFormat::Text => text(&plan, profile.as_ref()),
        PlanFormat::Json => format!("{:#}\n", json_of(&plan, profile.as_ref())),
    })
}

fn text(plan: &Plan, profile: Option<&Profile>) -> String {
    let is_thread = |process: &&ProcessPlan| process.seat == Seat::Thread;
    let n_threads = plan.processes.iter().filter(is_thread).count();
    let threads = match n_threads {
        0 => String::new(),
        1 => " and a thread".to_owned(),
        n => format!(" and {n} threads"),
    };
    let workers = counted(plan.n_workers, "worker", "workers");
    let processes = counted(plan.processes.len(), "process", "processes");
    let channels = counted(plan.channels.len(), "channel", "channels");
    let head = format!("{}: {processes} on {workers}{threads}, {channels}\n", plan.name);
    let process = |process: &ProcessPlan| {
        let ways = expressions(process).into_iter().map(|(name, way)| format!("{name} {}", way_words(&way)));
        let ways = ways.collect::<Vec<_>>().join(", ");
        let mut row = vec![process.name.clone(), role_name(&process.role), seat_name(process.seat), ways];
        if let Some(profile) = profile {
            row.insert(3, profile.busy(&process.name).map_or(String::new(), |time| format!("{time:.3} s")));
        }
        row
    };
    let channel = |channel: &ChannelPlan| {
        let slots = match channel.kind {
            ChannelKind::Auto => format!("{}, may grow", channel.capacity),
            _ => channel.capacity.to_string(),
        };
        let flavor = flavor_name(planned_flavor(plan, channel));
        vec![
            shown(plan, channel),
            kind_name(channel).to_owned(),
            slots,
            flavor.to_owned(),
            channel.ty.to_string(),
        ]
    };
    let processes: Vec<_> = plan.processes.iter().map(process).collect();
    let channels: Vec<_> = plan.channels.iter().map(channel).collect();
    let mut page = head;
    page.push('\n');
    let mut head = vec!["process", "kind", "runs on", "expressions"];
    if profile.is_some() {
        head.insert(3, "busy");
    }
    page.push_str(&table(&head, &processes));
    if !channels.is_empty() {
        page.push('\n');
        page.push_str(&table(&["channel", "kind", "slots", "flavor", "tokens"], &channels));
    }
    if !plan.barriers.is_empty() {
        let members = |members: &[usize]| few(members.iter().map(|&at| plan.processes[at].name.as_str()));
        let rows = plan.barriers.iter().map(|barrier| vec![barrier.name.clone(), members(&barrier.members)]);
        page.push('\n');
        page.push_str(&table(&["barrier", "members"], &rows.collect::<Vec<_>>()));
    }
    page.push_str("\nfused: no processes; this build runs each on its own\n");
    page.push_str(&bottleneck_words(plan, profile));
    page
}

/// Who will have most to do.
fn bottleneck_words(plan: &Plan, profile: Option<&Profile>) -> String {
    let Some(profile) = profile else {
        return "bottleneck: not known before a run; `csprun run --profile p.json` and `csprun plan --from p.json` tell\n"
            .to_owned();
    };
    let Some(Bottleneck { seat, seconds, all, process, of_process }) = profile.bottleneck(plan) else {
        return "bottleneck: not known; the profile is of other processes\n".to_owned();
    };
    match seat {
        Seat::Thread => format!("bottleneck: `{process}` on its thread, {seconds:.3} s of {all:.3} s\n"),
        Seat::Worker(worker) => format!(
            "bottleneck: worker {worker}, {seconds:.3} s of {all:.3} s; most of that is `{process}`, {of_process:.3} s\n"
        ),
    }
}

fn json_of(plan: &Plan, profile: Option<&Profile>) -> Value {
    let bottleneck = profile.and_then(|profile| profile.bottleneck(plan)).map(|it| {
        json!({ "seat": seat_name(it.seat), "busy_s": it.seconds, "process": it.process, "process_busy_s": it.of_process })
    });
    let process = |process: &ProcessPlan| {
        let ways = expressions(process).into_iter().map(|(name, way)| match way {
            Evaluated::By(Way::Native) => json!({ "parameter": name, "way": "native" }),
            Evaluated::By(Way::Rhai { reason }) => {
                json!({ "parameter": name, "way": "rhai", "reason": reason })
            }
            _ => json!({ "parameter": name, "way": "rhai", "reason": "a script" }),
        });
        json!({
            "name": process.name,
            "kind": role_name(&process.role),
            "seat": seat_name(process.seat),
            // The field is there for who reads plans; nothing is fused in this build.
            "fused": false,
            "expressions": ways.collect::<Vec<_>>(),
            "busy_s": profile.and_then(|profile| profile.busy(&process.name)),
        })
    };
    let channel = |channel: &ChannelPlan| {
        let (from, to) = ends(plan, channel);
        json!({
            "name": channel.name,
            "from": from,
            "to": to,
            "kind": kind_name(channel),
            "capacity": channel.capacity,
            "may_grow": channel.kind == ChannelKind::Auto,
            "flavor": flavor_name(planned_flavor(plan, channel)),
            "type": channel.ty.to_string(),
            "copies": channel.readers.len() > 1 && channel.spread == Spread::AllOf,
        })
    };
    let barriers = plan.barriers.iter().map(|barrier| {
        let members: Vec<&str> = barrier.members.iter().map(|&at| plan.processes[at].name.as_str()).collect();
        json!({ "name": barrier.name, "members": members })
    });
    json!({
        "network": plan.name,
        "workers": plan.n_workers,
        "processes": plan.processes.iter().map(process).collect::<Vec<_>>(),
        "channels": plan.channels.iter().map(channel).collect::<Vec<_>>(),
        "barriers": barriers.collect::<Vec<_>>(),
        "bottleneck": bottleneck,
    })
}

/// What evaluates the text of a parameter.
enum Evaluated {
    By(Way),
    Script,
}

/// The parameters of a process that are code, each with what evaluates it.
fn expressions(process: &ProcessPlan) -> Vec<(&'static str, Evaluated)> {
    let code = |(name, param): (&'static str, &Param)| match param {
        Param::Expr(compiled) => Some((name, Evaluated::By(Way::of(compiled)))),
        Param::Template(template) => Some((name, Evaluated::By(Way::of_template(template)?))),
        Param::Script(_) => Some((name, Evaluated::Script)),
        _ => None,
    };
    let key = match &process.role {
        Role::Deal(Deal::Key(compiled)) => Some(("key", Evaluated::By(Way::of(compiled)))),
        _ => None,
    };
    key.into_iter().chain(process.params.iter().filter_map(code)).collect()
}

fn way_words(way: &Evaluated) -> String {
    match way {
        Evaluated::By(Way::Native) => "native".to_owned(),
        Evaluated::By(Way::Rhai { reason }) => format!("by Rhai ({reason})"),
        _ => "by Rhai".to_owned(),
    }
}

/// What a process of the plan is: its kind, or what it does for the copies of another.
pub fn role_name(role: &Role) -> String {
    match role {
        Role::Kind(signature) => signature.kind,
        Role::Deal(Deal::RoundRobin | Deal::Any) => "(deals by turns)",
        Role::Deal(Deal::Key(_)) => "(deals by key)",
        Role::Deal(Deal::All) => "(deals to all)",
        Role::Collect(Collect::InOrder) => "(collects in order)",
        Role::Collect(_) => "(collects by turns)",
    }
    .to_owned()
}

/// Where a process runs.
pub fn seat_name(seat: Seat) -> String {
    match seat {
        Seat::Worker(worker) => format!("worker {worker}"),
        Seat::Thread => "its thread".to_owned(),
    }
}

/// What the file asked a channel to be.
pub fn kind_name(channel: &ChannelPlan) -> &'static str {
    match channel.kind {
        _ if channel.call => "call",
        ChannelKind::Auto => "Auto",
        ChannelKind::Rendezvous => "Rendezvous",
        ChannelKind::Buffer(_) => "Buffer",
        ChannelKind::DropOldest(_) => "DropOldest",
        ChannelKind::DropNewest(_) => "DropNewest",
    }
}

fn flavor_name(flavor: Flavor) -> &'static str {
    match flavor {
        Flavor::Local => "local",
        Flavor::Spsc => "spsc",
        Flavor::Shared => "shared",
    }
}

/// The ends of a channel: `process.port`.
pub fn ends(plan: &Plan, channel: &ChannelPlan) -> (Vec<String>, Vec<String>) {
    let name = |&(process, port): &(usize, usize)| {
        let process = &plan.processes[process];
        let port = &process.ports[port];
        let index = port.index.map_or(String::new(), |index| format!("[{index}]"));
        format!("{}.{}{index}", process.name, port.name)
    };
    (channel.writers.iter().map(name).collect(), channel.readers.iter().map(name).collect())
}

/// Its name, and its ends where the name does not say them.
fn shown(plan: &Plan, channel: &ChannelPlan) -> String {
    if channel.name.contains(" -> ") {
        return channel.name.clone();
    }
    let (from, to) = ends(plan, channel);
    let (from, to) = (few(from.iter().map(String::as_str)), few(to.iter().map(String::as_str)));
    format!("{}: {from} -> {to}", channel.name)
}

/// The first few names, and how many more there are.
fn few<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.len().checked_sub(N_NAMED) {
        Some(more) if more > 1 => format!("{} and {more} more", names[..N_NAMED].join(", ")),
        _ => names.join(", "),
    }
}
