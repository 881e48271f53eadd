//! Opening the store that a configuration names.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::keys;
use crate::config::Config;
use crate::store::Store;

/// Opens the store of a configuration and brings its tables up to date.
pub async fn open_store(config: &Config) -> anyhow::Result<Store> {
    let store = connect(config).await?;
    store
        .migrate()
        .await
        .context("bringing the database's tables up to date")?;
    Ok(store)
}

/// Opens the store of a configuration as it stands.
pub async fn connect(config: &Config) -> anyhow::Result<Store> {
    let mut address = config.store_address();
    if let Some(name) = &config.store_password {
        let path = keys::path(config, name);
        let password =
            std::fs::read_to_string(&path).with_context(|| format!("reading password file `{}`", path.display()))?;
        address = with_password(&address, password.trim_end())?;
    } else if let Some(path) = address.strip_prefix("sqlite:") {
        let folder = Path::new(path).parent().unwrap_or(Path::new("."));
        own_folder(folder)?;
    }
    Store::open(&address, keys::record(config)?)
        .await
        .context("opening the database")
}

fn with_password(address: &str, password: &str) -> anyhow::Result<String> {
    let mut url = url::Url::parse(address).context("reading `store.url`")?;
    if url.set_password(Some(password)).is_err() {
        bail!("`store.url` has no host that a password could belong to");
    }
    Ok(url.into())
}

/// Makes a folder that only its owner may enter: what Netra keeps is personal data.
pub(super) fn own_folder(folder: &Path) -> anyhow::Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("making folder `{}`", folder.display()))
}
