//! Blocks → judged and printed blocks, on threads, in order.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::print::{self, Format, Summary};
use crate::app::posts::{BadInput, Block, Blocks, Columns, Shape, rows};
use crate::matcher::{GivenText, Matcher, Scope, Scratch, When};
use crate::model::Outcome;

/// What to do with each post.
pub struct Job<'a> {
    /// The core.
    pub matcher: &'a Matcher,
    /// The moment that decides the phase.
    pub at: When,
    /// Shape of the input.
    pub shape: Shape,
    /// Shape of the output.
    pub format: Format,
    /// Whether clear posts are printed.
    pub all: bool,
    /// Whether the output is coloured.
    pub color: bool,
    /// Threads that judge.
    pub threads: usize,
}

/// A judged block.
#[derive(Default)]
struct Judged {
    out: Vec<u8>,
    summary: Summary,
    bad: Option<BadInput>,
}

type Work = (u64, Block, Option<Arc<Columns>>);

/// Judges everything of `source` into `out`. Ends at the first bad input, after what stood before it has been printed.
///
/// # Panics
///
/// When a worker has panicked, which is a fault of the core.
pub fn run(job: &Job<'_>, source: impl Read + Send, out: &mut impl Write) -> io::Result<(Summary, Option<BadInput>)> {
    let blocks = Blocks::new(source, job.shape);
    if job.threads == 1 {
        return alone(job, blocks, out);
    }
    thread::scope(|scope| {
        // A permit for each block on its way keeps the reader from running ahead of a slow block or a slow pipe.
        let (permit, permits) = sync_channel::<()>(job.threads * 4);
        for _ in 0..job.threads * 4 {
            permit
                .send(())
                .expect("the channel has room for all permits and its receiver lives");
        }
        let (hand_out, work) = sync_channel::<Work>(job.threads * 2);
        let (hand_in, done) = sync_channel::<(u64, io::Result<Judged>)>(job.threads * 4);
        let work = Arc::new(Mutex::new(work));
        for _ in 0..job.threads {
            let (work, hand_in) = (work.clone(), hand_in.clone());
            scope.spawn(move || worker(job, &work, &hand_in));
        }
        // The workers alone hold it now: when they and the writer are gone, the reader's sending fails and it ends.
        drop(work);
        scope.spawn(move || reader(blocks, &permits, &hand_out, &hand_in));
        write_in_order(&done, &permit, out)
    })
}

/// One thread: no hand-over at all.
fn alone<R: Read>(
    job: &Job<'_>,
    mut blocks: Blocks<R>,
    out: &mut impl Write,
) -> io::Result<(Summary, Option<BadInput>)> {
    let mut scratch = Scratch::default();
    let mut summary = Summary::default();
    let mut judged = Judged::default();
    while let Some(block) = blocks.next_block()? {
        match block {
            Ok(block) => judge(job, &block, blocks.columns.as_deref(), &mut scratch, &mut judged),
            Err(bad) => judged.bad = Some(bad),
        }
        out.write_all(&judged.out)?;
        out.flush()?;
        judged.out.clear();
        summary.add(std::mem::take(&mut judged.summary));
        if judged.bad.is_some() {
            break;
        }
    }
    Ok((summary, judged.bad))
}

/// Hands out numbered blocks until the input ends or nobody wants more.
fn reader<R: Read>(
    mut blocks: Blocks<R>,
    permits: &Receiver<()>,
    hand_out: &SyncSender<Work>,
    hand_in: &SyncSender<(u64, io::Result<Judged>)>,
) {
    for number in 0.. {
        if permits.recv().is_err() {
            return;
        }
        let last = match blocks.next_block() {
            Ok(None) => return,
            Ok(Some(Ok(block))) => {
                if hand_out.send((number, block, blocks.columns.clone())).is_err() {
                    return;
                }
                continue;
            }
            Ok(Some(Err(bad))) => Ok(Judged {
                bad: Some(bad),
                ..Judged::default()
            }),
            Err(error) => Err(error),
        };
        // The writer may have ended already; then nobody needs to know.
        let _ = hand_in.send((number, last));
        return;
    }
}

fn worker(job: &Job<'_>, work: &Mutex<Receiver<Work>>, hand_in: &SyncSender<(u64, io::Result<Judged>)>) {
    let mut scratch = Scratch::default();
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, block, columns)) = next else { return };
        let mut judged = Judged::default();
        judge(job, &block, columns.as_deref(), &mut scratch, &mut judged);
        if hand_in.send((number, Ok(judged))).is_err() {
            return;
        }
    }
}

/// Prints what comes in by its number; a permit goes back for each block printed.
fn write_in_order(
    done: &Receiver<(u64, io::Result<Judged>)>,
    permit: &SyncSender<()>,
    out: &mut impl Write,
) -> io::Result<(Summary, Option<BadInput>)> {
    let mut waiting: BTreeMap<u64, io::Result<Judged>> = BTreeMap::new();
    let mut summary = Summary::default();
    let mut next = 0;
    while let Ok((number, judged)) = done.recv() {
        waiting.insert(number, judged);
        while let Some(judged) = waiting.remove(&next) {
            let judged = judged?;
            out.write_all(&judged.out)?;
            summary.add(judged.summary);
            if judged.bad.is_some() {
                return Ok((summary, judged.bad));
            }
            next += 1;
            // The reader may have ended already.
            let _ = permit.send(());
        }
        // What was found is seen at once, however slowly the rest comes.
        out.flush()?;
    }
    Ok((summary, None))
}

fn judge(job: &Job<'_>, block: &Block, columns: Option<&Columns>, scratch: &mut Scratch, judged: &mut Judged) {
    let scope = Scope {
        at: job.at,
        region: None,
        contests: None,
    };
    let ended = rows(job.shape, columns, block, |line, row, _| {
        let row = row.map_err(|reason| BadInput { line, reason })?;
        let given = GivenText::new(&row.text, row.kind);
        let weighed = job.matcher.weigh(&given.as_text(), &scope, scratch);
        judged.summary.count(&row.text, &weighed);
        if job.all || weighed.outcome() != Outcome::Clear {
            let verdict = weighed.verdict();
            match job.format {
                Format::Jsonl => print::jsonl(&mut judged.out, &row, &verdict),
                Format::Human => print::human(&mut judged.out, &row, &verdict, job.color),
            }
        }
        Ok(())
    });
    judged.bad = ended.err();
}
