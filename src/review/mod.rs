//! Case states and who may do what: one transition function over facts, a person and an action; the same for the life of a rule
//! ([`life`]).
//!
//! Does: say which state follows, or refuse with a sentence for the desk. Does not: read or write anything, know the clock
//! (`now` is handed in), or let a machine act: an [`Actor`] is always a named user.
//! Invariants (each a property test): nothing leaves *Terdeteksi* but by an [`Actor`]; no outcome against the person without a
//! verified account, a clarification that was answered or whose time ran out, two readers who differ and two deciders who
//! differ; nobody acts on a case of their own unit or one above or below it.

pub mod life;
mod refusal;
#[cfg(test)]
mod tests;

pub use refusal::{REASON_MAX_CHARS, REASON_MIN_CHARS, Refusal, reason};

use crate::model::{CaseState, Millis, Outcome, OwnershipState, Role, UserId};

/// What is known of a case when somebody acts on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Where it stands.
    pub state: CaseState,
    /// How sure it is that the account is the person's.
    pub ownership: OwnershipState,
    /// Who forwarded it at the first reading.
    pub first_reader: Option<UserId>,
    /// The question to the person.
    pub clarification: Clarification,
    /// An outcome somebody proposed, waiting for another's agreement.
    pub proposal: Option<Proposal>,
}

/// The question to the person concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clarification {
    /// Not asked yet.
    NotAsked,
    /// Asked; the answer may come until then.
    Asked {
        /// When the time runs out.
        due: Millis,
    },
    /// Answered.
    Answered,
}

/// A proposed outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// The outcome.
    pub outcome: CaseState,
    /// Who proposed it.
    pub by: UserId,
}

/// A named person who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: UserId,
    /// As what.
    pub role: Role,
    /// Whether the user may act at all.
    pub active: bool,
    /// Whether the case is of the user's own unit, or of one above or below it.
    pub related: bool,
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Open it to read.
    Open,
    /// Send it on to the next stage.
    Forward,
    /// Reject it at a reading.
    Reject,
    /// Ask the person for clarification, with a time to answer.
    Ask {
        /// When the time runs out.
        due: Millis,
    },
    /// Record the person's answer.
    RecordAnswer,
    /// Propose an outcome; *tidak terbukti* closes at once, everything else waits for another's agreement.
    Propose(CaseState),
    /// Agree with the proposed outcome.
    Agree,
}

/// What changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The state that follows; the same when only a fact changes.
    pub to: CaseState,
    /// The fact that changes with it.
    pub change: Change,
}

/// A fact that a step sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// None.
    Nothing,
    /// The first human knowledge: the clock of seven days starts.
    Known,
    /// The first reader.
    FirstReader,
    /// The second reader.
    SecondReader,
    /// The question and its time.
    Asked {
        /// When the time runs out.
        due: Millis,
    },
    /// The answer.
    Answered,
    /// A proposal that waits.
    Proposed(CaseState),
}

impl Step {
    const fn to(to: CaseState, change: Change) -> Self {
        Self { to, change }
    }
}

/// The one transition function.
pub fn step(facts: &Facts, actor: Actor, action: Action, now: Millis) -> Result<Step, Refusal> {
    use CaseState::{Ditolak, Klarifikasi, Putusan, Telaah1, Telaah2, Terdeteksi, TidakTerbukti, Verifikasi};

    may_act(actor)?;
    let state = facts.state;
    match (action, state) {
        (Action::Open, Terdeteksi) => Ok(Step::to(Telaah1, Change::Known)),
        (Action::Open, _) => Ok(Step::to(state, Change::Nothing)),

        (_, Terdeteksi) => Err(Refusal::NotOpened),
        (_, closed) if closed.is_closed() => Err(Refusal::Closed { state: closed }),

        (Action::Forward, Telaah1) => Ok(Step::to(Telaah2, Change::FirstReader)),
        (Action::Forward, Telaah2) => another_reader(facts, actor).map(|()| Step::to(Verifikasi, Change::SecondReader)),
        (Action::Forward, Verifikasi) => verified(facts).map(|()| Step::to(Klarifikasi, Change::Nothing)),
        (Action::Forward, Klarifikasi) => clarified(facts, now).map(|()| Step::to(Putusan, Change::Nothing)),

        (Action::Reject, Telaah1) => Ok(Step::to(Ditolak, Change::Nothing)),
        (Action::Reject, Telaah2) => another_reader(facts, actor).map(|()| Step::to(Ditolak, Change::SecondReader)),

        (Action::Ask { due }, Klarifikasi) => match facts.clarification {
            Clarification::Answered => Err(Refusal::AnsweredAlready),
            _ if due <= now => Err(Refusal::NoTimeToAnswer),
            Clarification::Asked { due: until } if due < until => Err(Refusal::TimeShortened { until }),
            _ => Ok(Step::to(Klarifikasi, Change::Asked { due })),
        },
        (Action::RecordAnswer, Klarifikasi | Putusan) => match facts.clarification {
            Clarification::NotAsked => Err(Refusal::NotAsked),
            _ => Ok(Step::to(state, Change::Answered)),
        },

        // Somebody else's account: nothing more is asked of the person.
        (Action::Propose(TidakTerbukti), Verifikasi) if facts.ownership != OwnershipState::Verified => {
            Ok(Step::to(TidakTerbukti, Change::Nothing))
        }
        (Action::Propose(TidakTerbukti), Putusan) => Ok(Step::to(TidakTerbukti, Change::Nothing)),
        (Action::Propose(outcome), Putusan) => {
            against(facts, outcome, now)?;
            Ok(Step::to(Putusan, Change::Proposed(outcome)))
        }
        (Action::Agree, Putusan) => {
            let proposal = facts.proposal.ok_or(Refusal::NothingProposed)?;
            if proposal.by == actor.id {
                return Err(Refusal::OwnProposal);
            }
            against(facts, proposal.outcome, now)?;
            Ok(Step::to(proposal.outcome, Change::Nothing))
        }

        _ => Err(Refusal::NotHere { state }),
    }
}

/// The state of a case after its post was edited: a rejected one that is flagged anew starts again, from the machine's finding.
pub fn after_edit(state: CaseState, outcome: Outcome) -> CaseState {
    match (state, outcome) {
        (CaseState::Ditolak, Outcome::Flag) => CaseState::Terdeteksi,
        _ => state,
    }
}

/// Whether this person may act on this case at all.
pub fn may_act(actor: Actor) -> Result<(), Refusal> {
    if !actor.active {
        Err(Refusal::Inactive)
    } else if actor.role != Role::Supervisor {
        Err(Refusal::NotSupervisor)
    } else if actor.related {
        Err(Refusal::Recused)
    } else {
        Ok(())
    }
}

/// Whether this person may still be the second reader, and so is not to see why the first one forwarded the case: who has read a
/// reason reads the post through it.
pub fn reads_apart(facts: &Facts, actor: Actor) -> bool {
    facts.state == CaseState::Telaah2 && may_act(actor).is_ok() && another_reader(facts, actor).is_ok()
}

fn another_reader(facts: &Facts, actor: Actor) -> Result<(), Refusal> {
    match facts.first_reader {
        Some(first) if first != actor.id => Ok(()),
        _ => Err(Refusal::SameReader),
    }
}

fn verified(facts: &Facts) -> Result<(), Refusal> {
    if facts.ownership == OwnershipState::Verified {
        Ok(())
    } else {
        Err(Refusal::OwnershipOpen {
            ownership: facts.ownership,
        })
    }
}

fn clarified(facts: &Facts, now: Millis) -> Result<(), Refusal> {
    match facts.clarification {
        Clarification::Answered => Ok(()),
        Clarification::Asked { due } if due <= now => Ok(()),
        Clarification::Asked { due } => Err(Refusal::StillTime { until: due }),
        Clarification::NotAsked => Err(Refusal::NotAsked),
    }
}

/// Everything that must hold before an outcome against the person.
fn against(facts: &Facts, outcome: CaseState, now: Millis) -> Result<(), Refusal> {
    if !outcome.is_closed() || matches!(outcome, CaseState::Ditolak | CaseState::TidakTerbukti) {
        return Err(Refusal::NoSuchOutcome);
    }
    verified(facts)?;
    clarified(facts, now)
}
