//! A person at the desk, without a browser: pages by HTTP, one cookie, forms as a browser sends them.

use std::net::SocketAddr;

use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};

/// One visitor of the desk.
pub struct Desk {
    client: reqwest::Client,
    base: String,
    cookie: Option<String>,
}

/// What the desk answered.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub location: Option<String>,
    pub text: String,
}

impl Desk {
    /// A visitor who is not signed in.
    pub fn new(address: SocketAddr) -> Self {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        Self {
            client: client.expect("a plain client can be built"),
            base: format!("http://{address}"),
            cookie: None,
        }
    }

    /// Signs in.
    pub async fn login(mut self, name: &str, password: &str) -> Self {
        let page = self
            .post("/masuk", &[("nama", name), ("sandi", password), ("lanjut", "/")])
            .await;
        assert_eq!(page.status, 303, "{name} was not let in: {}", page.text);
        assert!(self.cookie.is_some(), "{name} was given no session");
        self
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.base));
        self.send(request).await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header(ORIGIN, &self.base);
        self.send(
            request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body),
        )
        .await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Page {
        let request = match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        };
        let answer = request.send().await.expect("the desk answers");
        let header = |name| {
            answer
                .headers()
                .get(name)
                .and_then(|v| v.to_str().ok())
                .map(str::to_owned)
        };
        if let Some(cookie) = header(SET_COOKIE) {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        let (status, location) = (answer.status().as_u16(), header(LOCATION));
        Page {
            status,
            location,
            text: answer.text().await.expect("the desk answers in UTF-8"),
        }
    }
}

impl Page {
    /// The value of a hidden field of the page's form.
    pub fn field(&self, name: &str) -> &str {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self
            .text
            .split_once(&start)
            .unwrap_or_else(|| panic!("no field `{name}` in {}", self.text))
            .1;
        rest.split('"').next().unwrap_or_default()
    }
}
