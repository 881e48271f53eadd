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
/// Names that a list comes to: several times what any shipped one does.
const MOST: usize = 100;

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
        let (mut plain, mut idle): (Vec<&Spanned<String>>, Vec<&Spanned<String>>) = Default::default();
        for one in wanted {
            let name = one.get_ref().as_str();
            match name.strip_prefix('@') {
                Some(set) if key == "unless" => match self.sets.get(set) {
                    Some(set) => {
                        let before = names.len();
                        names.extend(set.names.iter().map(String::as_str));
                        if names.len() == before && !set.names.is_empty() {
                            idle.push(one);
                        }
                    }
                    None => self.no_set(sink, one, set),
                },
                _ if self.lowers(name) => plain.push(one),
                _ => self.lowers_nothing(sink, one, key),
            }
        }
        let again: Vec<bool> = plain.iter().map(|one| !names.insert(one.get_ref())).collect();
        // A category is itself, even where a suppressor is called so.
        let covered = |name: &str| {
            let category = self.rules.get(name).filter(|_| !is_category(name));
            category.is_some_and(|category| names.contains(category.as_str()))
        };
        let others = plain.iter().zip(&again);
        let others = others.filter(|(one, again)| **again || covered(one.get_ref()));
        idle.extend(others.map(|(one, _)| *one));
        in_vain(sink, &idle, key);
        let kept = names.iter().filter(|name| !covered(name));
        let kept: Vec<String> = kept.take(MOST).map(|name| (*name).to_owned()).collect();
        if let (true, Some(first)) = (names.len() > MOST, wanted.first()) {
            let title = format!("`{key}` comes to more than {MOST} suppressors");
            sink.add(codes::TOO_LARGE, first.span(), title)
                .help("name their categories");
        }
        kept
    }

    fn lowers(&self, name: &str) -> bool {
        self.rules.contains_key(name) || is_category(name)
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
        let set = name
            .strip_prefix('@')
            .or_else(|| self.sets.contains_key(name).then_some(name));
        if self.broken && !flags && set.is_none() {
            return;
        }
        let title = format!("`{key}` names \"{}\", which lowers nothing", shown(name));
        let label = match set.is_some() {
            true if key == "of" => "a set holds no other sets",
            true => "a set is named with `@`",
            false if flags => "this flags",
            false => "neither a suppressor category nor a suppressor rule",
        };
        let help = match closest(name, categories().chain(self.rules.keys().map(String::as_str))) {
            _ if key == "of" && set.is_some() => "write out what that set holds".to_owned(),
            _ if set.is_some() => format!("did you mean \"@{name}\"?"),
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("categories that lower: {}", categories().collect::<Vec<_>>().join(", ")),
        };
        sink.add(codes::UNKNOWN_SUPPRESSOR, wanted.span(), title)
            .label(label)
            .help(help);
    }

    /// The sets that no rule names, and where they stand.
    pub(super) fn unused(self) -> Vec<(String, Place)> {
        let unused = self.sets.into_iter().filter(|(_, set)| !set.used);
        unused.map(|(name, set)| (name, set.place)).collect()
    }
}

/// Categories whose rules lower others.
fn categories<'a>() -> impl Iterator<Item = &'a str> {
    let lowers = Category::ALL.iter().filter(|c| c.suppresses());
    lowers.map(|c| -> &'a str { c.as_str() })
}

fn is_category(name: &str) -> bool {
    categories().any(|category| category == name)
}

/// What is named besides being there already: a mistake, or a list that grew.
fn in_vain(sink: &mut Sink, idle: &[&Spanned<String>], key: &str) {
    let Some(first) = idle.first() else { return };
    let title = match idle.len() {
        1 => format!("`{key}` names a suppressor that is in it already"),
        many => format!("`{key}` names {many} suppressors that are in it already"),
    };
    let path = sink.file.path.clone();
    let found = sink.add(codes::NO_EFFECT, first.span(), title);
    found.label("again, or by its category, or in a set");
    for other in idle.iter().skip(1).take(SHOWN - 1) {
        found.also(&path, other.span(), "this too");
    }
    found.help(format!(
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
