//! `netra rules life|propose|compare|step|adopt`: the life of rules on a running installation.
//!
//! Does: say how each rule of the files stands, take steps for a named person who gives their password. Does not: change a file.
//! Invariant: the same function allows or refuses a step here and on the desk; whoever typed it stands in the record beside the
//! person.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};

use super::contests;
use super::diff::{self, word};
use super::load;
use super::parity as printed;
use crate::app::{self, in_force};
use crate::cli::user;
use crate::config::Config;
use crate::matcher::parity;
use crate::model::{Stage, User};
use crate::review::life::Refusal;
use crate::rules::RuleSet;
use crate::rules::life::Standing;
use crate::store::Store;
use crate::store::rule::{Asked, StepError, Version};
use crate::store::trial::{Change, Trial};
use crate::store::user::Login;

/// Where the installation is.
#[derive(Debug, clap::Args)]
pub struct At {
    /// Configuration file
    #[arg(long, value_name = "FILE", default_value = "/etc/netra/netra.toml")]
    config: PathBuf,
}

/// Who acts.
#[derive(Debug, clap::Args)]
pub struct Who {
    /// Login name of the tuner or supervisor who acts; the password is asked for
    #[arg(long, value_name = "NAME")]
    by: String,
    /// File whose first line is the password
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Arguments of `netra rules life`.
#[derive(Debug, clap::Args)]
pub struct LifeArgs {
    #[command(flatten)]
    at: At,
    /// Only these rules, with every step that was taken
    rule: Vec<String>,
    /// Rules that run as their files say too
    #[arg(long)]
    all: bool,
}

/// Arguments of `netra rules step`.
#[derive(Debug, clap::Args)]
pub struct StepArgs {
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    who: Who,
    /// Rules, in the version that the files hold now
    #[arg(required = true)]
    rule: Vec<String>,
    /// draft (proposes it as its author), shadow, live or retired
    #[arg(long, value_parser = stage)]
    to: Stage,
    /// Another version than that of the files
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Why; goes into the record
    #[arg(long, value_parser = reason)]
    reason: String,
    /// Number of the comparison that you were shown (`netra rules compare`); to go live
    #[arg(long, value_name = "NUMBER")]
    compared: Option<i64>,
}

/// Arguments of `netra rules compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    texts: diff::Texts,
}

/// Arguments of `netra rules adopt`.
#[derive(Debug, clap::Args)]
pub struct AdoptArgs {
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    who: Who,
}

/// What an installation holds.
struct Office {
    store: Store,
    /// What the files say.
    files: RuleSet,
    /// What runs.
    set: RuleSet,
    standings: Vec<Standing>,
    versions: Vec<Version>,
}

impl Office {
    async fn open(config: &Config) -> anyhow::Result<Self> {
        let files = load::usable(&config.rules_dir, &[])?;
        let store = app::open_store(config).await?;
        let versions = store.rule_versions().await?;
        let (set, standings) = in_force::together(&files, &versions);
        Ok(Self {
            store,
            files,
            set,
            standings,
            versions,
        })
    }

    /// The named person, once the password is right.
    async fn person(&self, who: &Who, password: &str) -> anyhow::Result<User> {
        let login = self
            .store
            .login(&who.by, password, "command line", app::clock::now())
            .await?;
        match login {
            Login::Welcome { user, token } => {
                self.store.logout(&token).await?;
                Ok(user)
            }
            Login::Wrong => bail!("name or password is wrong"),
            Login::Wait { until } => bail!("too many failures for this name; wait until {until}"),
        }
    }
}

/// `netra rules life`.
pub fn life(args: &LifeArgs) -> anyhow::Result<ExitCode> {
    let config = app::read_config(&args.at.config)?;
    app::runtime()?.block_on(async {
        let office = Office::open(&config).await?;
        let done = list(&office, args).await;
        office.store.close().await;
        done.map(|()| ExitCode::SUCCESS)
    })
}

async fn list(office: &Office, args: &LifeArgs) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match office.store.rule_adoption().await? {
        None => writeln!(
            out,
            "nothing is adopted yet: the first `netra run` adopts what the files say"
        )?,
        Some(adoption) => {
            let set = &adoption.set_hash[..12.min(adoption.set_hash.len())];
            match adoption.confirmed {
                Some((name, at)) => writeln!(out, "set {set} adopted {}, confirmed by {name} {at}", adoption.at)?,
                None => writeln!(
                    out,
                    "set {set} adopted {}, NOT CONFIRMED: `netra rules adopt --by NAME`",
                    adoption.at
                )?,
            }
        }
    }
    let names = office.store.users().await?;
    let name = |id| {
        names
            .iter()
            .find(|user| Some(user.id) == id)
            .map_or("-", |user| user.name.as_str())
    };
    let mut as_said = 0;
    for standing in &office.standings {
        let wanted = args.rule.contains(&standing.rule);
        let differs = standing.file != standing.runs;
        if !wanted && !(args.rule.is_empty() && (differs || args.all)) {
            as_said += 1;
            continue;
        }
        let stage = standing.stage.map_or("not proposed", Stage::as_str);
        let instead = standing
            .instead
            .as_ref()
            .map_or_else(String::new, |v| format!("; {v} runs on in its place"));
        writeln!(
            out,
            "{} {}: file {}, agreed {stage}, runs {}{instead}",
            standing.rule,
            standing.version,
            word(standing.file),
            word(standing.runs)
        )?;
        if wanted {
            for known in office.versions.iter().filter(|known| known.rule == standing.rule) {
                writeln!(
                    out,
                    "  {} is {}, author {}",
                    known.version,
                    known.stage,
                    name(known.author)
                )?;
            }
            for step in office.store.rule_steps(&standing.rule).await? {
                let who = step.by.as_deref().unwrap_or("netra");
                let from = step.from.map_or("-", Stage::as_str);
                writeln!(
                    out,
                    "  {} {who}: {} {from} -> {} {}",
                    step.at, step.version, step.to, step.reason
                )?;
            }
        }
    }
    if as_said > 0 && args.rule.is_empty() {
        writeln!(out, "{as_said} rules run as their files say (--all lists them)")?;
    }
    out.flush()?;
    Ok(())
}

/// `netra rules step`.
pub fn step(args: &StepArgs) -> anyhow::Result<ExitCode> {
    let config = app::read_config(&args.at.config)?;
    let password = user::own_password(args.who.password_file.as_deref())?;
    app::runtime()?.block_on(async {
        let office = Office::open(&config).await?;
        let done = take(&office, args, &password).await;
        office.store.close().await;
        done.map(|()| ExitCode::SUCCESS)
    })
}

async fn take(office: &Office, args: &StepArgs, password: &str) -> anyhow::Result<()> {
    let person = office.person(&args.who, password).await?;
    let mut asked = Vec::new();
    for id in &args.rule {
        let written = match &args.version {
            None => {
                let rule = office.files.rules.iter().find(|rule| rule.id == *id);
                let rule = rule.with_context(|| format!("the files hold no rule `{id}`"))?;
                in_force::written(&office.files, rule)
            }
            Some(version) => {
                let known = office
                    .versions
                    .iter()
                    .find(|known| known.rule == *id && known.version == *version);
                let known =
                    known.with_context(|| format!("nobody has had to do with version `{version}` of `{id}`"))?;
                crate::store::rule::Written {
                    rule: known.rule.clone(),
                    version: known.version.clone(),
                    body: known.body.clone(),
                }
            }
        };
        let known = office
            .versions
            .iter()
            .find(|known| known.rule == *id && known.version == written.version);
        asked.push(Asked {
            from: known.map(|known| known.stage),
            written,
            to: args.to,
        });
    }
    let (via, hash) = (user::operator(), &office.set.hash);
    let now = app::clock::now();
    office
        .store
        .step_rules(&asked, person.id, args.compared, hash, &args.reason, Some(&via), now)
        .await
        .map_err(|error| match error {
            StepError::Refused { rule, why } => anyhow!("{rule}: {}", english(why)),
            StepError::Store(error) => error.into(),
        })?;
    for asked in &asked {
        println!(
            "{} {} is {} now, by {}",
            asked.written.rule, asked.written.version, args.to, person.name
        );
    }
    Ok(())
}

/// `netra rules compare`.
pub fn compare(args: &CompareArgs) -> anyhow::Result<ExitCode> {
    let config = app::read_config(&args.at.config)?;
    let password = user::own_password(args.who.password_file.as_deref())?;
    app::runtime()?.block_on(async {
        let office = Office::open(&config).await?;
        let done = show(&office, args, &password).await;
        office.store.close().await;
        done.map(|()| ExitCode::SUCCESS)
    })
}

async fn show(office: &Office, args: &CompareArgs, password: &str) -> anyhow::Result<()> {
    let person = office.person(&args.who, password).await?;
    let mut out = io::stdout().lock();
    let (old_set, new_set) = (office.set.hash.clone(), office.files.hash.clone());
    let old = contests::chosen(office.set.clone(), &args.texts.contest)?;
    let new = contests::chosen(office.files.clone(), &args.texts.contest)?;
    let compared = diff::compare(&mut out, old, new, &args.texts)?;
    let proof = parity::prove_new(&office.set, &office.files);
    write_parity(&mut out, &proof)?;
    let changes = office.files.rules.iter().map(|rule| {
        let seen = compared.changes.get(&rule.id);
        let change = Change {
            version: rule.version.clone(),
            new: seen.map_or(0, |c| c.new),
            lost: seen.map_or(0, |c| c.lost),
            same: seen.map_or(0, |c| c.same),
        };
        (rule.id.clone(), change)
    });
    let files: Vec<String> = args.texts.corpus.iter().map(|path| file_name(path)).collect();
    let trial = Trial {
        id: 0,
        at: app::clock::now(),
        user: person.id,
        old_set,
        new_set,
        corpus: compared.corpus(),
        corpus_name: files.join(", "),
        texts: compared.texts,
        changes: changes.collect(),
        parity: Some(proof.noted()),
    };
    let id = office.store.keep_trial(&trial).await?;
    writeln!(
        out,
        "\nshown to {} as comparison {id}: `netra rules step RULE --to live --compared {id} --by {} --reason …`",
        person.name, person.name
    )?;
    out.flush()?;
    Ok(())
}

/// What the proof of parity came to for the rules that wait.
fn write_parity(out: &mut impl io::Write, proof: &parity::Proof) -> io::Result<()> {
    if proof.pairs == 0 {
        return writeln!(out, "\nparity: no rule waits to go live");
    }
    writeln!(out, "\nparity of the rules that do not run yet, candidates exchanged:")?;
    printed::write(out, proof, 3)?;
    for (rule, texts) in &proof.rules {
        writeln!(
            out,
            "{rule}: NOT IN PARITY, {texts} texts are judged otherwise for another candidate; it cannot go live"
        )?;
    }
    Ok(())
}

/// Why a step is refused, as the command line says it.
const fn english(why: Refusal) -> &'static str {
    match why {
        Refusal::Inactive => "this user is switched off",
        Refusal::Role => "only rule tuners and supervisors take rules a step further",
        Refusal::NotProposed => "nobody has proposed this version; its author does that first (--to draft)",
        Refusal::Proposed => "this version was proposed before",
        Refusal::Own => "you proposed this version; somebody else must take this step",
        Refusal::NoWay => "there is no such step from where it stands: draft, shadow, live, retired, in this order",
        Refusal::Changed => "it has been taken elsewhere meanwhile; look again (`netra rules life`)",
        Refusal::NotShown => "you were not shown what it changes: `netra rules compare`, then --compared NUMBER",
        Refusal::ShownNothing => "that comparison held no text, so it showed nothing",
        Refusal::ShownToAnother => "that comparison was shown to somebody else; run and read it yourself",
        Refusal::ShownAgainstAnother => "the set in force has changed since that comparison; compare again",
        Refusal::ShownOfAnother => {
            "that comparison was about another version; compare again with the files as they are now"
        }
        Refusal::ParityNotTried => "that comparison did not try whether candidates are treated alike; compare again",
        Refusal::NotInParity => {
            "it is not in parity: the same text is judged otherwise when another candidate stands in it. Mend the rule (`netra rules \
             parity` shows the texts) and compare again"
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// `netra rules adopt`.
pub fn adopt(args: &AdoptArgs) -> anyhow::Result<ExitCode> {
    let config = app::read_config(&args.at.config)?;
    let password = user::own_password(args.who.password_file.as_deref())?;
    app::runtime()?.block_on(async {
        let office = Office::open(&config).await?;
        let person = office.person(&args.who, &password).await?;
        let now = app::clock::now();
        if in_force::adopt(&office.store, &office.files, now).await? {
            println!("{} rules adopted as the files say", office.files.rules.len());
        }
        office
            .store
            .confirm_adoption(person.id, Some(&user::operator()), now)
            .await?;
        println!("{} stands up for what was adopted", person.name);
        office.store.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

fn stage(text: &str) -> Result<Stage, String> {
    text.parse()
        .map_err(|error: crate::model::UnknownWord| error.to_string())
}

/// What is said in the record must say something.
fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("say why: the reason goes into the record".to_owned()),
        said => Ok(said.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_without_a_reason_is_refused() {
        for blank in ["", "  ", "\n\t"] {
            assert!(reason(blank).is_err_and(|why| why.contains("say why")), "{blank:?}");
        }
        assert_eq!(reason(" sudah diuji "), Ok("sudah diuji".to_owned()));
    }
}
