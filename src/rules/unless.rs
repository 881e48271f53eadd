//! Which suppressors may lower a rule.
//!
//! Does: gather the named sets of suppressors of all packs, resolve what rules name, tell what is named in vain. Does not: lower.
//! Invariant: a resolved list holds plain names in order, each once and none that a category in it covers, so that two lists that
//! mean the same are the same, however they were written.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::check::{Place, twice};
use super::diagnostic as codes;
use super::fields::{Sink, closest, shown};
use super::pack::PackDraft;
use crate::model::Category;

/// Names listed in a message.
const SHOWN: usize = 8;

/// What rules may name.
pub(super) struct Suppressors<'a> {
    /// Every rule that lowers, with its category.
    rules: BTreeMap<String, Category>,
    /// Every rule.
    ids: &'a BTreeMap<String, Place>,
    sets: BTreeMap<String, Set>,
    /// Some file cannot be read: what is missing may be in it.
    broken: bool,
}

/// Suppressors under one name.
struct Set {
    place: Place,
    names: Vec<String>,
    used: bool,
}

impl<'a> Suppressors<'a> {
    /// Those of all packs; of what their sets name wrongly the sinks are told.
    pub(super) fn gather(
        sinks: &mut [Sink],
        packs: &[(usize, PackDraft)],
        ids: &'a BTreeMap<String, Place>,
        broken: bool,
    ) -> Self {
        let drafts = packs.iter().flat_map(|(_, pack)| &pack.rules);
        let lowers = drafts.filter_map(|rule| {
            let category = *rule.category.as_ref()?.get_ref();
            let id = rule.id.as_ref()?.get_ref().clone();
            category.suppresses().then_some((id, category))
        });
        let mut all = Self {
            rules: lowers.collect(),
            ids,
            sets: BTreeMap::new(),
            broken,
        };
        for (file, pack) in packs {
            for draft in &pack.suppressors {
                let name = draft.name.get_ref().as_str();
                let place = (*file, draft.name.span());
                if let Some(first) = all.sets.get(name) {
                    let title = format!("two sets of suppressors are called `{name}`");
                    twice(sinks, &place, &first.place, &title);
                    continue;
                }
                let names = all.resolve(&mut sinks[*file], &draft.of, "of");
                let used = false;
                all.sets.insert(name.to_owned(), Set { place, names, used });
            }
        }
        all
    }

    /// What a rule's `unless` comes to.
    pub(super) fn of_rule(&mut self, sink: &mut Sink, wanted: &[Spanned<String>]) -> Vec<String> {
        let sets = wanted.iter().filter_map(|one| one.get_ref().strip_prefix('@'));
        for set in sets {
            if let Some(set) = self.sets.get_mut(set) {
                set.used = true;
            }
        }
        self.resolve(sink, wanted, "unless")
    }

    fn resolve(&self, sink: &mut Sink, wanted: &[Spanned<String>], key: &str) -> Vec<String> {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        let mut plain: Vec<&Spanned<String>> = Vec::new();
        for one in wanted {
            let name = one.get_ref().as_str();
            match name.strip_prefix('@') {
                Some(set) if key == "unless" => match self.sets.get(set) {
                    Some(set) => names.extend(set.names.iter().map(String::as_str)),
                    None => self.no_set(sink, one, set),
                },
                _ if self.lowers(name) => plain.push(one),
                _ => self.lowers_nothing(sink, one, key),
            }
        }
        let again: Vec<bool> = plain.iter().map(|one| !names.insert(one.get_ref())).collect();
        let covered = |name: &str| {
            let category = self.rules.get(name);
            category.is_some_and(|category| names.contains(category.as_str()))
        };
        let idle = plain.iter().zip(&again);
        let idle = idle.filter(|(one, again)| **again || covered(one.get_ref()));
        in_vain(sink, &idle.map(|(one, _)| *one).collect::<Vec<_>>(), key);
        let kept = names.iter().filter(|name| !covered(name));
        kept.map(|name| (*name).to_owned()).collect()
    }

    fn lowers(&self, name: &str) -> bool {
        self.rules.contains_key(name) || categories().any(|category| category == name)
    }

    fn no_set(&self, sink: &mut Sink, wanted: &Spanned<String>, name: &str) {
        if self.broken {
            return;
        }
        let help = match closest(name, self.sets.keys().map(String::as_str)) {
            Some(near) => format!("did you mean \"@{near}\"?"),
            None if self.sets.is_empty() => "a set is written as `[suppressors.NAME]` with `of = [\"…\"]`".to_owned(),
            None => format!("sets: {}", listed(self.sets.keys().map(String::as_str))),
        };
        let title = format!("there is no set of suppressors `@{}`", shown(name));
        sink.add(codes::UNKNOWN_LIST, wanted.span(), title)
            .label("in no pack")
            .help(help);
    }

    fn lowers_nothing(&self, sink: &mut Sink, wanted: &Spanned<String>, key: &str) {
        let name = wanted.get_ref();
        let flags = self.ids.contains_key(name) || Category::ALL.iter().any(|c| c.as_str() == name);
        if self.broken && !flags {
            return;
        }
        let title = format!("`{key}` names \"{}\", which lowers nothing", shown(name));
        let label = match name.starts_with('@') {
            true => "a set holds no other sets",
            false if flags => "this flags",
            false => "neither a suppressor category nor a suppressor rule",
        };
        let help = match closest(name, categories().chain(self.rules.keys().map(String::as_str))) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("categories that lower: {}", categories().collect::<Vec<_>>().join(", ")),
        };
        sink.add(codes::UNKNOWN_SUPPRESSOR, wanted.span(), title)
            .label(label)
            .help(help);
    }

    /// Warns of sets that no rule names.
    pub(super) fn unused(&self, sinks: &mut [Sink]) {
        for (name, set) in self.sets.iter().filter(|(_, set)| !set.used) {
            let title = format!("no rule uses the set of suppressors `{name}`");
            sinks[set.place.0]
                .add(codes::UNUSED_LIST, set.place.1.clone(), title)
                .label("unused");
        }
    }
}

/// Categories whose rules lower others.
fn categories<'a>() -> impl Iterator<Item = &'a str> {
    let lowers = Category::ALL.iter().filter(|c| c.suppresses());
    lowers.map(|c| -> &'a str { c.as_str() })
}

/// What is named besides being there already: a mistake, or a list that grew.
fn in_vain(sink: &mut Sink, idle: &[&Spanned<String>], key: &str) {
    let Some(first) = idle.first() else { return };
    let title = match idle.len() {
        1 => format!("`{key}` names a suppressor that is in it already"),
        many => format!("`{key}` names {many} suppressors that are in it already"),
    };
    sink.add(codes::NO_EFFECT, first.span(), title)
        .label("again, or by its category, or in a set")
        .help(format!(
            "leave out: {}",
            listed(idle.iter().map(|one| one.get_ref().as_str()))
        ));
}

/// The first few of several names.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<String> = names.take(SHOWN + 1).map(shown).collect();
    if names.len() > SHOWN {
        names.truncate(SHOWN);
        names.push("…".to_owned());
    }
    names.join(", ")
}
