//! Reading the configuration file, with faults shown where they are.

use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anyhow::{Context as _, bail};

use crate::config::{Config, Fault};

/// Reads a configuration file; the error lists every fault with its place.
pub fn read_config(path: &Path) -> anyhow::Result<Config> {
    match survey(path)? {
        (config, None) => Ok(config),
        (_, Some(faults)) => bail!("the configuration is not right\n{faults}"),
    }
}

/// Reads what can be read of a configuration file, and every fault as text; what has a fault is at its default.
pub fn survey(path: &Path) -> anyhow::Result<(Config, Option<String>)> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading configuration `{}`", path.display()))?;
    let (config, faults) = Config::read(&text);
    let said = (!faults.is_empty()).then(|| render(&faults, &path.display().to_string(), &text));
    Ok((config, said))
}

fn render(faults: &[Fault], path: &str, text: &str) -> String {
    let groups: Vec<Group<'_>> = faults
        .iter()
        .map(|fault| {
            let end = fault.span.end.min(text.len());
            let span = fault.span.start.min(end)..end;
            Level::ERROR.primary_title(fault.message.as_str()).element(
                Snippet::source(text)
                    .path(path)
                    .annotation(AnnotationKind::Primary.span(span)),
            )
        })
        .collect();
    groups
        .iter()
        .map(|group| Renderer::plain().render(std::slice::from_ref(group)))
        .collect::<Vec<_>>()
        .join("\n")
}
