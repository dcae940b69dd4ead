//! What the engine costs and what it gains: ratios, all against the double, both sides measured in the same run.
//!
//! `cargo bench` runs everything; `cargo bench -- throughput memory` runs these. Every bound is shown as PASS or FAIL
//! and the exit code is 0 either way: a figure of a busy machine should not break a build.

mod bare;
mod baseline;
mod child;
mod figures;
mod workload;

use std::io::Write as _;
use std::time::Duration;

use child::{Double, Engine, Measured};
use figures::{Bound, median, millis, out};
use workload::Chosen;

/// Requests in flight, on both sides of every comparison.
const CONCURRENCY: u32 = 16;
/// Repetitions of a comparison. Sides take turns at going first.
const ROUNDS: usize = 5;
/// How long the slow double takes for every answer.
const LATENCY: Duration = Duration::from_millis(20);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A benchmark: its name on the command line, and what it does.
type Benchmark = (&'static str, fn(&mut Vec<Bound>) -> Result<()>);

const BENCHMARKS: [Benchmark; 5] = [
    ("throughput", throughput),
    ("latency", latency),
    ("memory", memory),
    ("default", default_run),
    ("baseline", against_proptest),
];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` says --bench. `cargo test --all-targets` and nextest do not: nothing to do for them.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let known: Vec<&str> = BENCHMARKS.iter().map(|(name, _)| *name).collect();
    if let Some(unknown) = wanted.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("there is no benchmark {unknown:?}; there are: {}", known.join(", ")).into());
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    out(format!("poolproof benchmarks, {cores} cores, {CONCURRENCY} requests in flight\n"))?;
    let mut bounds = Vec::new();
    for (name, benchmark) in BENCHMARKS {
        if wanted.is_empty() || wanted.iter().any(|wanted| *wanted == name) {
            benchmark(&mut bounds)?;
        }
    }
    out("## Bounds\n")?;
    for bound in &bounds {
        out(bound.to_string())?;
    }
    std::io::stdout().flush()?;
    Ok(())
}

/// The engine against a bare loop that sends the very same requests, and what the engine adds to each.
fn throughput(bounds: &mut Vec<Bound>) -> Result<()> {
    throughput_of("refused requests, the cheapest to answer", &Chosen::refusals(), 1500, bounds)?;
    throughput_of("all scenarios of one request", &Chosen::single(), 100, bounds)
}

fn throughput_of(what: &str, chosen: &Chosen, cases: u32, bounds: &mut Vec<Bound>) -> Result<()> {
    let (mut ratios, mut engine_runs, mut bare_runs) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let double = Double::start(Duration::ZERO)?;
        let (engine, bare) = both(
            round,
            || Engine::new(&double)?.only(chosen).cases(cases).run(),
            || bare::run(&double, chosen, cases),
        )?;
        ratios.push(engine.rate() / bare.rate());
        engine_runs.push(engine);
        bare_runs.push(bare);
    }
    let (engine, bare) = (Measured::median(&engine_runs), Measured::median(&bare_runs));
    out(format!("## Throughput: {what}; {} requests, median of {ROUNDS} rounds\n", engine.requests))?;
    out("| | requests/s | wall µs/request | CPU µs/request |\n|---|---|---|---|")?;
    for (name, side) in [("bare reqwest loop", &bare), ("engine", &engine)] {
        let (wall, cpu) = (side.wall_micros(), side.cpu_micros());
        out(format!("| {name} | {:.0} | {wall:.0} | {cpu:.0} |", side.rate()))?;
    }
    let (wall, cpu) = (engine.wall_micros() - bare.wall_micros(), engine.cpu_micros() - bare.cpu_micros());
    out(format!("| what the engine adds | | {wall:.0} | {cpu:.0} |"))?;
    out(format!("\nratio by round: {}\n", figures::list(&ratios)))?;
    bounds.push(Bound::at_least(&format!("throughput against the bare loop, {what}"), median(&ratios), 0.8));
    Ok(())
}

/// How close the engine comes to the least time that a slow target allows.
fn latency(bounds: &mut Vec<Bound>) -> Result<()> {
    out(format!("## A target that answers after {} ms, against the least possible time\n", millis(LATENCY)))?;
    out("| | requests | seconds | of the least time |\n|---|---|---|---|")?;
    let refusals = Chosen::refusals();
    let over_http = Chosen::over_http();
    let least = |run: &Measured| run.requests * LATENCY.as_secs_f64() / f64::from(CONCURRENCY);
    let mut row = |name: &str, runs: &[Measured], bound: bool| -> Result<()> {
        let run = Measured::median(runs);
        let ratio = median(&runs.iter().map(|run| run.seconds / least(run)).collect::<Vec<_>>());
        out(format!("| {name} | {:.0} | {:.2} | {ratio:.3} |", run.requests, run.seconds))?;
        if bound {
            bounds.push(Bound::at_most(&format!("time on a slow target, {name}"), ratio, 1.15));
        }
        Ok(())
    };
    let (mut bare, mut single, mut flows) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..3 {
        let double = Double::start(LATENCY)?;
        bare.push(bare::run(&double, &refusals, 200)?);
        single.push(Engine::new(&double)?.only(&refusals).cases(200).run()?);
        flows.push(Engine::new(&double)?.only(&over_http).run()?);
    }
    row("bare loop, one request a case", &bare, false)?;
    row("one request a case", &single, true)?;
    row("all scenarios over HTTP", &flows, true)?;
    let double = Double::start(LATENCY)?;
    row("with the management API and cases that run alone", &[Engine::new(&double)?.run()?], false)?;
    out("")
}

/// The peak of the engine's memory with ten times the cases. The double is a process of its own.
fn memory(bounds: &mut Vec<Bound>) -> Result<()> {
    let mut ratios = Vec::new();
    out("## Peak memory of the engine, all scenarios\n")?;
    out("| cases a scenario | requests | peak MiB |\n|---|---|---|")?;
    for _ in 0..2 {
        let mut peaks = Vec::new();
        for cases in [32, 320] {
            let double = Double::start(Duration::ZERO)?;
            let run = Engine::new(&double)?.cases(cases).run()?;
            out(format!("| {cases} | {:.0} | {:.1} |", run.requests, run.peak_mib))?;
            peaks.push(run.peak_mib);
        }
        if let [few, many] = peaks[..]
            && few > 0.0
        {
            ratios.push(many / few);
        }
    }
    out(String::new())?;
    if ratios.is_empty() {
        return out("not measured: it needs /proc\n");
    }
    bounds.push(Bound::at_most("peak memory with 10 times the cases", median(&ratios), 1.3));
    Ok(())
}

/// `poolproof run` without any option, the double in the same process, against as many bare requests: sign-ins, calls of
/// the management API and all pauses included on the one side, requests of every kind of one request on the other.
fn default_run(bounds: &mut Vec<Bound>) -> Result<()> {
    let chosen = Chosen::single();
    // Not measured: it tells how many requests there are, and warms up.
    let count = Engine::in_process()?.run()?.count();
    let (mut ratios, mut engine_runs, mut bare_runs) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let double = Double::start(Duration::ZERO)?;
        let (engine, bare) =
            both(round, || Engine::in_process()?.run(), || bare::run_many(&double, &chosen, 32, count))?;
        ratios.push(engine.seconds / bare.seconds);
        engine_runs.push(engine);
        bare_runs.push(bare);
    }
    let (engine, bare) = (Measured::median(&engine_runs), Measured::median(&bare_runs));
    out("## The whole default run, the double in the same process\n")?;
    out("| | scenarios | requests | seconds | requests/s | peak MiB |\n|---|---|---|---|---|---|")?;
    for (name, side) in [("default run", &engine), ("bare reqwest loop", &bare)] {
        let (requests, seconds, rate) = (side.requests, side.seconds, side.rate());
        let some = |figure: String, there: bool| if there { figure } else { String::new() };
        let scenarios = some(side.scenarios.to_string(), side.scenarios > 0);
        let peak = some(format!("{:.1}", side.peak_mib), side.peak_mib > 0.0);
        out(format!("| {name} | {scenarios} | {requests:.0} | {seconds:.2} | {rate:.0} | {peak} |"))?;
    }
    out(format!("\nratio by round: {}\n", figures::list(&ratios)))?;
    bounds.push(Bound::at_most("time of the default run, of as many bare requests", median(&ratios), 3.0));
    Ok(())
}

/// The same scenarios as a user would write them by hand: proptest, one case after the other.
fn against_proptest(_: &mut Vec<Bound>) -> Result<()> {
    let chosen = Chosen::without_pauses();
    out(format!("## Against plain sequential proptest: {} scenarios over HTTP\n", chosen.count()))?;
    out(
        "| the double answers | proptest requests/s | engine requests/s | times as fast |\n|---|---|---|---|",
    )?;
    for (name, latency, cases, rounds) in
        [("at once", Duration::ZERO, 32, ROUNDS), ("after 20 ms", LATENCY, 8, 1)]
    {
        let (mut ratios, mut engine_runs, mut plain_runs) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..rounds {
            let double = Double::start(latency)?;
            let (engine, plain) = both(
                round,
                || Engine::new(&double)?.only(&chosen).cases(cases).run(),
                || baseline::run(&double, &chosen, cases),
            )?;
            ratios.push(engine.rate() / plain.rate());
            engine_runs.push(engine);
            plain_runs.push(plain);
        }
        let (engine, plain) = (Measured::median(&engine_runs), Measured::median(&plain_runs));
        let times = median(&ratios);
        out(format!("| {name} | {:.0} | {:.0} | {times:.1} |", plain.rate(), engine.rate()))?;
    }
    out("")
}

/// Measures two sides; in every second round the second one goes first.
fn both(
    round: usize,
    first: impl FnOnce() -> Result<Measured>,
    second: impl FnOnce() -> Result<Measured>,
) -> Result<(Measured, Measured)> {
    if round.is_multiple_of(2) {
        let first = first()?;
        Ok((first, second()?))
    } else {
        let second = second()?;
        Ok((first()?, second))
    }
}
