//! What stands round every page: the institution, the person, the way to the other pages, the assets.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::model::User;

use super::assets::{CSS, JS, SIGN};
use super::error::Error;
use super::guard::{Right, allows};
use super::settings::Settings;
use super::words;

/// The frame of a page.
pub struct Chrome {
    /// Name of the institution; may be empty.
    pub institution: String,
    /// Who is signed in.
    pub signed: Option<Signed>,
}

/// The person at the top of the page.
pub struct Signed {
    /// Login name.
    pub name: String,
    /// The word for the role.
    pub role: &'static str,
    items: Vec<Item>,
}

/// A way to another page.
pub struct Item {
    /// Where.
    pub href: &'static str,
    /// What it says.
    pub label: &'static str,
    /// Whether it is the page shown.
    pub current: bool,
}

const PAGES: [(&str, &str, Right); 5] = [
    ("/antrean", "Antrean", Right::Read),
    ("/akun", "Akun & cakupan", Right::Coverage),
    ("/aturan", "Aturan", Right::Rules),
    ("/catatan", "Catatan", Right::Record),
    ("/bantuan", "Bantuan", Right::Enter),
];

impl Chrome {
    /// For somebody who is not signed in.
    pub fn outside(settings: &Settings) -> Self {
        Self {
            institution: settings.institution.clone(),
            signed: None,
        }
    }

    /// For `user` on the page `current`.
    pub fn inside(settings: &Settings, user: &User, current: &str) -> Self {
        let items = PAGES
            .iter()
            .filter(|(_, _, right)| allows(user.role, *right))
            .map(|&(href, label, _)| Item {
                href,
                label,
                current: href == current,
            })
            .collect();
        let signed = Signed {
            name: user.name.clone(),
            role: words::role(user.role),
            items,
        };
        Self {
            institution: settings.institution.clone(),
            signed: Some(signed),
        }
    }

    /// Address of the stylesheet.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    pub fn css(&self) -> &'static str {
        &CSS.path
    }

    /// Address of the keys.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    pub fn js(&self) -> &'static str {
        &JS.path
    }

    /// Address of the sign.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    pub fn sign(&self) -> &'static str {
        &SIGN.path
    }
}

impl Signed {
    /// The pages this person may open.
    pub fn items(&self) -> &[Item] {
        &self.items
    }
}

/// A page as an answer.
pub fn page(template: &impl Template) -> Result<Response, Error> {
    page_with(StatusCode::OK, template)
}

/// A page with another status.
pub fn page_with(status: StatusCode, template: &impl Template) -> Result<Response, Error> {
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok((status, [no_store], Html(template.render()?)).into_response())
}
