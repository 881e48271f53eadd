//! The life of a rule version and who may take it a step further: one transition function.
//!
//! Does: say which stage follows, or refuse with a sentence for the desk. Does not: read or write, know the clock, know what a
//! rule says. The brake is no person and does not come here: all it can do is take a live version back to the shadow.
//! Invariants (each a property test): nothing goes live but out of the shadow, by somebody else than its author, who was shown
//! what it changes against the set in force at that moment and that it treats candidates alike; an author does nothing to an own
//! version but propose it and stop it.

use crate::model::{Role, Stage, UserId};

/// What is known of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands; `None` when nobody has proposed it.
    pub stage: Option<Stage>,
    /// Who proposed it; `None` for one that was adopted with the installation.
    pub author: Option<UserId>,
}

/// A named person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// As what.
    pub role: Role,
    /// Whether the user may act at all.
    pub active: bool,
}

/// A comparison that somebody was shown: the set in force against the files, over a corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// To whom.
    pub to: UserId,
    /// Hash of the set that was in force then.
    pub old_set: String,
    /// The version of the rule in it; `None` when the rule was not in it.
    pub version: Option<String>,
    /// Texts compared.
    pub texts: u64,
    /// Whether the rule was seen to treat candidates unlike; `None` when that was not tried.
    pub unlike: Option<bool>,
}

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish<'a> {
    /// To put a version forward as its author.
    Propose,
    /// To let it run in the shadow, or to take it back there.
    Shadow,
    /// To let it queue posts.
    GoLive {
        /// The version that would go live.
        version: &'a str,
        /// Hash of the set in force now.
        in_force: &'a str,
        /// The comparison that is pointed to.
        shown: Option<&'a Shown>,
    },
    /// To end it.
    Retire,
}

impl Wish<'_> {
    /// The stage it aims at.
    pub const fn aim(self) -> Stage {
        match self {
            Self::Propose => Stage::Draft,
            Self::Shadow => Stage::Shadow,
            Self::GoLive { .. } => Stage::Live,
            Self::Retire => Stage::Retired,
        }
    }
}

/// Why a step is refused. The text is what the person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The user is switched off.
    #[error("Akun Anda tidak aktif.")]
    Inactive,
    /// Another role.
    #[error("Hanya penyusun aturan dan pengawas yang dapat mengubah keadaan aturan.")]
    Role,
    /// Nobody has said whose version it is.
    #[error("Versi ini belum diajukan. Penyusunnya mengajukannya dahulu, agar orang lain dapat memeriksanya.")]
    NotProposed,
    /// Proposed before.
    #[error("Versi ini sudah diajukan.")]
    Proposed,
    /// One's own version.
    #[error("Anda yang mengajukan versi ini. Langkah ini harus diambil orang lain.")]
    Own,
    /// No such way.
    #[error("Dari keadaan ini langkah itu tidak ada: konsep, bayangan, berlaku, pensiun, berurutan.")]
    NoWay,
    /// The version stands elsewhere than the form said.
    #[error("Keadaan versi ini berubah sejak halaman dibuka. Baca keadaan barunya, lalu ulangi.")]
    Changed,
    /// No comparison.
    #[error("Perbandingan dengan susunan yang berlaku belum Anda lihat. Jalankan dan baca dahulu.")]
    NotShown,
    /// A comparison over nothing.
    #[error("Perbandingan itu tidak memuat satu teks pun, jadi tidak memperlihatkan apa-apa.")]
    ShownNothing,
    /// Shown to somebody else.
    #[error("Perbandingan itu dilihat orang lain, bukan Anda. Jalankan dan baca sendiri.")]
    ShownToAnother,
    /// The set in force has changed since.
    #[error("Susunan yang berlaku sudah berubah sejak perbandingan itu. Bandingkan lagi.")]
    ShownAgainstAnother,
    /// It was about another version.
    #[error("Perbandingan itu tidak memuat versi ini. Bandingkan lagi dengan berkas yang sekarang.")]
    ShownOfAnother,
    /// Nobody proved that candidates are treated alike.
    #[error("Perbandingan itu belum menguji kesetaraan calon. Bandingkan lagi.")]
    ParityNotTried,
    /// The rule judges otherwise when another candidate stands in the text.
    #[error(
        "Aturan ini belum memperlakukan semua calon sama: teks yang sama dinilai lain bila calonnya ditukar. Perbaiki aturannya, \
         lalu bandingkan lagi."
    )]
    NotInParity,
}

/// The one transition function.
pub fn step(standing: Standing, person: Person, wish: Wish<'_>) -> Result<Stage, Refusal> {
    use Stage::{Draft, Live, Retired, Shadow};

    if !person.active {
        return Err(Refusal::Inactive);
    }
    if !matches!(person.role, Role::Tuner | Role::Supervisor) {
        return Err(Refusal::Role);
    }
    let Some(stage) = standing.stage else {
        return match wish {
            Wish::Propose => Ok(Draft),
            _ => Err(Refusal::NotProposed),
        };
    };
    match (wish, stage) {
        (Wish::Propose, _) => return Err(Refusal::Proposed),
        // Stopping waits for nobody.
        (Wish::Shadow, Live) => return Ok(Shadow),
        _ => {}
    }
    if standing.author == Some(person.id) {
        return Err(Refusal::Own);
    }
    match (wish, stage) {
        (Wish::Shadow, Draft) => Ok(Shadow),
        (
            Wish::GoLive {
                version,
                in_force,
                shown,
            },
            Shadow,
        ) => was_shown(person, version, in_force, shown).map(|()| Live),
        (Wish::Retire, Draft | Shadow | Live) => Ok(Retired),
        _ => Err(Refusal::NoWay),
    }
}

fn was_shown(person: Person, version: &str, in_force: &str, shown: Option<&Shown>) -> Result<(), Refusal> {
    let shown = shown.ok_or(Refusal::NotShown)?;
    if shown.to != person.id {
        Err(Refusal::ShownToAnother)
    } else if shown.version.as_deref() != Some(version) {
        Err(Refusal::ShownOfAnother)
    } else if shown.old_set != in_force {
        Err(Refusal::ShownAgainstAnother)
    } else if shown.texts == 0 {
        Err(Refusal::ShownNothing)
    } else {
        match shown.unlike {
            None => Err(Refusal::ParityNotTried),
            Some(true) => Err(Refusal::NotInParity),
            Some(false) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANI: UserId = UserId(1);
    const BUDI: UserId = UserId(2);

    fn person(id: UserId, role: Role) -> Person {
        Person { id, role, active: true }
    }

    fn at(stage: Stage) -> Standing {
        Standing {
            stage: Some(stage),
            author: Some(ANI),
        }
    }

    fn shown() -> Shown {
        Shown {
            to: BUDI,
            old_set: "lama".to_owned(),
            version: Some("v2".to_owned()),
            texts: 10,
            unlike: Some(false),
        }
    }

    fn live(shown: Option<&Shown>) -> Wish<'_> {
        Wish::GoLive {
            version: "v2",
            in_force: "lama",
            shown,
        }
    }

    #[test]
    fn the_whole_life_takes_two_people() {
        let (ani, budi) = (person(ANI, Role::Tuner), person(BUDI, Role::Supervisor));
        let unknown = Standing {
            stage: None,
            author: None,
        };
        let diff = shown();
        assert_eq!(step(unknown, budi, Wish::Shadow), Err(Refusal::NotProposed));
        assert_eq!(step(unknown, ani, Wish::Propose), Ok(Stage::Draft));
        assert_eq!(step(at(Stage::Draft), ani, Wish::Shadow), Err(Refusal::Own));
        assert_eq!(step(at(Stage::Draft), budi, live(Some(&diff))), Err(Refusal::NoWay));
        assert_eq!(step(at(Stage::Draft), budi, Wish::Shadow), Ok(Stage::Shadow));
        assert_eq!(step(at(Stage::Shadow), ani, live(Some(&diff))), Err(Refusal::Own));
        assert_eq!(step(at(Stage::Shadow), budi, live(Some(&diff))), Ok(Stage::Live));
        assert_eq!(step(at(Stage::Live), ani, Wish::Retire), Err(Refusal::Own));
        assert_eq!(
            step(at(Stage::Live), ani, Wish::Shadow),
            Ok(Stage::Shadow),
            "stopping waits for nobody"
        );
        assert_eq!(step(at(Stage::Live), budi, Wish::Retire), Ok(Stage::Retired));
        assert_eq!(step(at(Stage::Retired), budi, Wish::Shadow), Err(Refusal::NoWay));
    }

    #[test]
    fn a_comparison_counts_only_for_what_it_showed_and_to_whom() {
        let budi = person(BUDI, Role::Supervisor);
        let go = |change: &dyn Fn(&mut Shown)| {
            let mut diff = shown();
            change(&mut diff);
            step(at(Stage::Shadow), budi, live(Some(&diff)))
        };
        assert_eq!(step(at(Stage::Shadow), budi, live(None)), Err(Refusal::NotShown));
        assert_eq!(go(&|d| d.to = ANI), Err(Refusal::ShownToAnother));
        assert_eq!(go(&|d| d.version = Some("v1".to_owned())), Err(Refusal::ShownOfAnother));
        assert_eq!(go(&|d| d.version = None), Err(Refusal::ShownOfAnother));
        assert_eq!(
            go(&|d| d.old_set = "lain".to_owned()),
            Err(Refusal::ShownAgainstAnother)
        );
        assert_eq!(go(&|d| d.texts = 0), Err(Refusal::ShownNothing));
        assert_eq!(go(&|d| d.unlike = None), Err(Refusal::ParityNotTried));
        assert_eq!(go(&|d| d.unlike = Some(true)), Err(Refusal::NotInParity));
        assert_eq!(go(&|_| ()), Ok(Stage::Live));
    }

    fn any_stage() -> impl Strategy<Value = Option<Stage>> {
        prop_oneof![Just(None), proptest::sample::select(Stage::ALL).prop_map(Some)]
    }

    proptest! {
        #[test]
        fn nothing_goes_live_past_a_second_person(
            stage in any_stage(), author in proptest::option::of(1_i64..4), id in 1_i64..4,
            role in proptest::sample::select(Role::ALL), active: bool, wish in 0_usize..4, shown_to in 1_i64..4,
            same_set: bool, same_version: bool, unlike: Option<bool>,
        ) {
            let diff = Shown {
                to: UserId(shown_to),
                old_set: if same_set { "lama" } else { "lain" }.to_owned(),
                version: same_version.then(|| "v2".to_owned()),
                texts: 1,
                unlike,
            };
            let wish = [Wish::Propose, Wish::Shadow, live(Some(&diff)), Wish::Retire][wish];
            let standing = Standing { stage, author: author.map(UserId) };
            let who = Person { id: UserId(id), role, active };
            if let Ok(to) = step(standing, who, wish) {
                prop_assert!(active && matches!(role, Role::Tuner | Role::Supervisor));
                prop_assert_eq!(to, wish.aim());
                if to == Stage::Live {
                    prop_assert_eq!(stage, Some(Stage::Shadow));
                    prop_assert!(author != Some(id) && shown_to == id && same_set && same_version);
                    prop_assert_eq!(unlike, Some(false));
                }
                if author == Some(id) && stage.is_some() {
                    prop_assert_eq!((stage, to), (Some(Stage::Live), Stage::Shadow));
                }
                prop_assert!(stage != Some(Stage::Retired));
            }
        }
    }
}
