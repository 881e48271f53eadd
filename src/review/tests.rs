use proptest::prelude::*;

use super::*;

const NOW: Millis = Millis(1_000_000);

fn facts(state: CaseState) -> Facts {
    Facts {
        state,
        ownership: OwnershipState::Declared,
        first_reader: None,
        clarification: Clarification::NotAsked,
        proposal: None,
    }
}

fn supervisor(id: i64) -> Actor {
    Actor {
        id: UserId(id),
        role: Role::Supervisor,
        active: true,
        related: false,
    }
}

/// Plays a step on the facts, as the store does.
fn play(facts: &mut Facts, actor: Actor, action: Action, now: Millis) -> Result<Step, Refusal> {
    let step = step(facts, actor, action, now)?;
    facts.state = step.to;
    match step.change {
        Change::FirstReader => facts.first_reader = Some(actor.id),
        Change::Asked { due } => facts.clarification = Clarification::Asked { due },
        Change::Answered => facts.clarification = Clarification::Answered,
        Change::Proposed(outcome) => facts.proposal = Some(Proposal { outcome, by: actor.id }),
        Change::Nothing | Change::Known | Change::SecondReader => {}
    }
    Ok(step)
}

#[test]
fn the_whole_way_to_a_referral() {
    let (ani, budi) = (supervisor(1), supervisor(2));
    let mut case = facts(CaseState::Terdeteksi);
    assert_eq!(play(&mut case, ani, Action::Forward, NOW), Err(Refusal::NotOpened));
    assert_eq!(play(&mut case, ani, Action::Open, NOW).unwrap().change, Change::Known);
    play(&mut case, ani, Action::Forward, NOW).unwrap();
    assert_eq!(play(&mut case, ani, Action::Forward, NOW), Err(Refusal::SameReader));
    assert_eq!(play(&mut case, ani, Action::Reject, NOW), Err(Refusal::SameReader));
    play(&mut case, budi, Action::Forward, NOW).unwrap();
    assert_eq!(case.state, CaseState::Verifikasi);
    assert!(matches!(
        play(&mut case, ani, Action::Forward, NOW),
        Err(Refusal::OwnershipOpen { .. })
    ));
    case.ownership = OwnershipState::Verified;
    play(&mut case, ani, Action::Forward, NOW).unwrap();
    assert_eq!(play(&mut case, ani, Action::Forward, NOW), Err(Refusal::NotAsked));
    let due = NOW.plus(std::time::Duration::from_mins(1));
    play(&mut case, ani, Action::Ask { due }, NOW).unwrap();
    assert_eq!(
        play(&mut case, ani, Action::Forward, NOW),
        Err(Refusal::StillTime { until: due })
    );
    play(&mut case, ani, Action::Forward, due).unwrap();
    assert_eq!(case.state, CaseState::Putusan);
    assert_eq!(play(&mut case, ani, Action::Agree, due), Err(Refusal::NothingProposed));
    play(&mut case, ani, Action::Propose(CaseState::RujukBawaslu), due).unwrap();
    assert_eq!(case.state, CaseState::Putusan);
    assert_eq!(play(&mut case, ani, Action::Agree, due), Err(Refusal::OwnProposal));
    play(&mut case, budi, Action::Agree, due).unwrap();
    assert_eq!(case.state, CaseState::RujukBawaslu);
    assert!(matches!(
        play(&mut case, budi, Action::Agree, due),
        Err(Refusal::Closed { .. })
    ));
}

#[test]
fn a_reading_may_reject() {
    let mut case = facts(CaseState::Telaah1);
    assert_eq!(
        play(&mut case, supervisor(1), Action::Reject, NOW).unwrap().to,
        CaseState::Ditolak
    );
    for state in [CaseState::Verifikasi, CaseState::Klarifikasi, CaseState::Putusan] {
        let refused = step(&facts(state), supervisor(1), Action::Reject, NOW);
        assert_eq!(refused, Err(Refusal::NotHere { state }));
    }
}

#[test]
fn somebody_elses_account_ends_without_a_finding() {
    let mut case = facts(CaseState::Verifikasi);
    case.ownership = OwnershipState::Impersonation;
    let end = Action::Propose(CaseState::TidakTerbukti);
    assert_eq!(
        play(&mut case, supervisor(1), end, NOW).unwrap().to,
        CaseState::TidakTerbukti
    );
}

#[test]
fn one_does_not_act_on_ones_own_unit_or_without_the_role() {
    let case = facts(CaseState::Telaah1);
    let related = Actor {
        related: true,
        ..supervisor(1)
    };
    assert_eq!(step(&case, related, Action::Open, NOW), Err(Refusal::Recused));
    let inactive = Actor {
        active: false,
        ..supervisor(1)
    };
    assert_eq!(step(&case, inactive, Action::Open, NOW), Err(Refusal::Inactive));
    for role in Role::ALL.iter().filter(|role| **role != Role::Supervisor) {
        let actor = Actor {
            role: *role,
            ..supervisor(1)
        };
        assert_eq!(step(&case, actor, Action::Open, NOW), Err(Refusal::NotSupervisor));
    }
}

#[test]
fn only_a_rejected_post_edited_into_a_flagged_one_starts_again() {
    for state in CaseState::ALL {
        for outcome in Outcome::ALL {
            let expected = if *state == CaseState::Ditolak && *outcome == Outcome::Flag {
                CaseState::Terdeteksi
            } else {
                *state
            };
            assert_eq!(after_edit(*state, *outcome), expected);
        }
    }
}

#[test]
fn a_reason_says_something() {
    assert_eq!(reason("  ok  "), Err(Refusal::ReasonTooShort));
    assert_eq!(reason("          "), Err(Refusal::ReasonTooShort));
    assert_eq!(reason("  konteks lomba masak "), Ok("konteks lomba masak"));
    assert_eq!(reason(&"a".repeat(REASON_MAX_CHARS + 1)), Err(Refusal::ReasonTooLong));
}

fn any_state() -> impl Strategy<Value = CaseState> {
    prop::sample::select(CaseState::ALL)
}

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        Just(Action::Open),
        Just(Action::Forward),
        Just(Action::Reject),
        (0..3_000_000_i64).prop_map(|due| Action::Ask { due: Millis(due) }),
        Just(Action::RecordAnswer),
        any_state().prop_map(Action::Propose),
        Just(Action::Agree),
    ]
}

fn any_actor() -> impl Strategy<Value = Actor> {
    (
        1..4_i64,
        prop::sample::select(Role::ALL),
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.7),
    )
        .prop_map(|(id, role, active, related, supervisor)| Actor {
            id: UserId(id),
            role: if supervisor { Role::Supervisor } else { role },
            active,
            related,
        })
}

proptest! {
    /// The one way out of *Terdeteksi* is that a supervisor who is not concerned opens it.
    #[test]
    fn nothing_leaves_terdeteksi_without_a_named_person(
        actor in any_actor(), action in any_action(), now in 0..3_000_000_i64,
    ) {
        let case = facts(CaseState::Terdeteksi);
        if let Ok(step) = step(&case, actor, action, Millis(now)) {
            prop_assert_eq!(step.to, CaseState::Telaah1);
            prop_assert_eq!(action, Action::Open);
            prop_assert!(actor.active && !actor.related && actor.role == Role::Supervisor);
        }
    }

    /// Whatever anybody does in whatever order, an outcome against the person has all its preconditions.
    #[test]
    fn no_referral_without_its_preconditions(
        moves in prop::collection::vec((any_actor(), any_action(), 0..200_000_i64, any_ownership()), 0..60),
    ) {
        let mut case = facts(CaseState::Terdeteksi);
        let (mut now, mut readers, mut asked, mut answered) = (0, Vec::new(), None, false);
        let mut proposer = None;
        for (actor, action, later, ownership) in moves {
            now += later;
            case.ownership = ownership;
            let before = case.clone();
            let Ok(step) = play(&mut case, actor, action, Millis(now)) else {
                prop_assert_eq!(&case, &before, "a refusal changes nothing");
                continue;
            };
            prop_assert!(actor.active && !actor.related && actor.role == Role::Supervisor);
            match step.change {
                Change::FirstReader | Change::SecondReader => readers.push(actor.id),
                Change::Asked { due } => asked = Some(due),
                Change::Answered => answered = true,
                Change::Proposed(_) => proposer = Some(actor.id),
                Change::Nothing | Change::Known => {}
            }
            if case.state.is_closed() {
                if !matches!(case.state, CaseState::Ditolak | CaseState::TidakTerbukti) {
                    prop_assert_eq!(readers.len(), 2);
                    prop_assert_ne!(readers[0], readers[1]);
                    prop_assert_eq!(ownership, OwnershipState::Verified);
                    prop_assert!(asked.is_some_and(|due| answered || due <= Millis(now)));
                    prop_assert!(proposer.is_some_and(|by| by != actor.id));
                }
                break;
            }
        }
    }

    /// From any facts at all, one step never goes around the preconditions.
    #[test]
    fn a_single_step_never_skips_the_readings(
        state in any_state(), actor in any_actor(), action in any_action(), ownership in any_ownership(),
    ) {
        let mut case = facts(state);
        case.ownership = ownership;
        if let Ok(step) = step(&case, actor, action, NOW) {
            let harmless = matches!(step.to, CaseState::Ditolak | CaseState::TidakTerbukti);
            prop_assert!(step.to == state || harmless || !step.to.is_closed());
        }
    }
}

fn any_ownership() -> impl Strategy<Value = OwnershipState> {
    prop_oneof![3 => Just(OwnershipState::Verified), 1 => prop::sample::select(OwnershipState::ALL)]
}
