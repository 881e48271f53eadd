//! Norms that rules name as their basis: what each is called, in which phases it holds and for which kind of election.
//!
//! Does: read `[norms."ID"]` of packs, tell of names that are no norm, say which of a rule's norms hold for a hit. Does not: judge
//! posts; say that anybody broke one.
//! Invariant: packs without norms are read as before: every name in `basis` stands as it is written.

use std::collections::BTreeMap;

use toml::Spanned;

use super::check::{Place, twice};
use super::diagnostic as codes;
use super::fields::{Fields, Sink, closest, shown};
use super::pack::PackDraft;
use super::set::{Rule, RuleSet};
use crate::model::{Contest, Election, Phase};

/// A norm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Norm {
    /// As rules name it: `skb2022:disiplin:6`.
    pub id: String,
    /// For people.
    pub title: String,
    /// Phases in which it holds; none listed: in all, and outside any.
    pub phases: Vec<Phase>,
    /// Kinds of election for which it holds; none listed: for all.
    pub elections: Vec<Election>,
}

impl Norm {
    fn holds(&self, contest: &Contest, phase: Option<Phase>) -> bool {
        let now = phase.is_none_or(|phase| self.phases.is_empty() || self.phases.contains(&phase));
        now && (self.elections.is_empty() || self.elections.contains(&contest.election()))
    }
}

impl RuleSet {
    /// The norm of this name.
    pub fn norm(&self, id: &str) -> Option<&Norm> {
        let at = self.norms.binary_search_by(|norm| norm.id.as_str().cmp(id)).ok()?;
        Some(&self.norms[at])
    }

    /// What a rule is based on in a contest and its phase. Without a contest, or if none of its norms holds, it is all that the rule
    /// names: the reader decides.
    pub fn basis(&self, rule: &Rule, contest: Option<&Contest>, phase: Option<Phase>) -> Vec<String> {
        let Some(contest) = contest else {
            return rule.basis.clone();
        };
        let holds = |id: &&String| self.norm(id).is_none_or(|norm| norm.holds(contest, phase));
        let holding: Vec<String> = rule.basis.iter().filter(holds).cloned().collect();
        if holding.is_empty() {
            rule.basis.clone()
        } else {
            holding
        }
    }
}

/// Reads one.
pub(super) fn read_norm(
    sink: &mut Sink,
    name: Spanned<String>,
    mut fields: Fields<'_>,
) -> Option<(Spanned<String>, Norm)> {
    let title = fields.need_text(sink, "title");
    let phases = fields
        .words(sink, "phases")
        .into_iter()
        .map(Spanned::into_inner)
        .collect();
    let elections = fields
        .words(sink, "elections")
        .into_iter()
        .map(Spanned::into_inner)
        .collect();
    fields.finish(sink);
    let norm = Norm {
        id: name.get_ref().clone(),
        title: title?.into_inner(),
        phases,
        elections,
    };
    Some((name, norm))
}

/// The norms of all packs by name; what a rule names that is none is told, where there are any.
pub(super) fn gather(sinks: &mut [Sink], packs: &[(usize, PackDraft)]) -> Vec<Norm> {
    let mut all: BTreeMap<&str, (Place, &Norm)> = BTreeMap::new();
    for (file, pack) in packs {
        for (name, norm) in &pack.norms {
            let place = (*file, name.span());
            if let Some((first, _)) = all.get(norm.id.as_str()) {
                twice(
                    sinks,
                    &place,
                    &first.clone(),
                    &format!("two norms are called `{}`", norm.id),
                );
                continue;
            }
            all.insert(&norm.id, (place, norm));
        }
    }
    if !all.is_empty() {
        for (file, pack) in packs {
            for name in pack.rules.iter().flat_map(|rule| &rule.basis) {
                if all.contains_key(name.get_ref().as_str()) {
                    continue;
                }
                let title = format!("`{}` is no norm of any pack", shown(name.get_ref()));
                let found = sinks[*file].add(codes::UNKNOWN_NORM, name.span(), title);
                match closest(name.get_ref(), all.keys().copied()) {
                    Some(near) => found.help(format!("did you mean `{near}`?")),
                    None => found.help("norms are written as `[norms.\"NAME\"]` with a `title`"),
                };
            }
        }
    }
    all.into_values().map(|(_, norm)| norm.clone()).collect()
}

#[cfg(test)]
mod tests {
    use crate::model::{Contest, Phase};
    use crate::rules::{SourceFile, check, sample_contest};

    const PACK: &str = r#"
[pack]
id = "dasar"
title = "Dasar"
pledge = "P1"

[norms.etik]
title = "Kode etik"
phases = ["pendaftaran"]

[norms.disiplin]
title = "Disiplin"
phases = ["kampanye"]

[norms.pemilu]
title = "Undang-undang Pemilu"
elections = ["pemilu"]

[norms.pilkada]
title = "Undang-undang Pilkada"
elections = ["pilkada"]

[[rule]]
id = "D1-contoh"
title = "Contoh"
category = "ajakan"
match = "near('coblos', @calon, 3)"
basis = ["etik", "disiplin", "pemilu", "pilkada"]
[[rule.example]]
text = "coblos {calon}"
expect = "flag"
"#;

    #[test]
    fn a_hit_is_based_on_what_holds_in_its_phase_and_election() {
        let file = SourceFile {
            path: "dasar.toml".into(),
            text: PACK.to_owned(),
            unread: None,
        };
        let set = check(&[file]).set.expect("no fault");
        let rule = &set.rules[0];
        let nation = sample_contest();
        let city = Contest {
            region: "7471".to_owned(),
            ..nation.clone()
        };
        let basis = |contest: &Contest, phase| set.basis(rule, Some(contest), phase).join(" ");
        assert_eq!(basis(&city, Some(Phase::Pendaftaran)), "etik pilkada");
        assert_eq!(basis(&city, Some(Phase::Kampanye)), "disiplin pilkada");
        assert_eq!(basis(&nation, Some(Phase::Kampanye)), "disiplin pemilu");
        assert_eq!(basis(&nation, Some(Phase::Tenang)), "pemilu");
        assert_eq!(set.basis(rule, None, None), rule.basis);
    }
}
