//! Who may ask: hosts and origins against other sites, the token against other people, and bounds of size and time.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{header, HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::Router;
use tower_http::compression::CompressionLayer;

use super::refusal::Refusal;
use super::service::Service;
use super::{metrics, ServeParams};

/// Bytes of a body at most: fifty long abstracts.
const MOST_BYTES: usize = 256 * 1024;

/// How long a request may take, the slow ones' own patience and a little more.
const LIMIT: Duration = Duration::from_secs(150);

/// The cookie that says that the token was given once.
const COOKIE: &str = "paperkin";

/// What a token is hashed with for the cookie, so that the cookie does not tell it.
const CONTEXT: &str = "paperkin 2026-11-22 session cookie";

/// What is said with every answer.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Who may ask.
pub(super) struct Guard {
    token: Option<Secret>,
    names: Vec<String>,
    /// Whether every address of this machine is listened on, so that any may be asked.
    is_any_address: bool,
    address: IpAddr,
}

/// A token, as hashes: they are compared in constant time, and do not lie about in memory as they were given.
struct Secret {
    token: blake3::Hash,
    cookie: blake3::Hash,
}

impl Secret {
    fn of(token: &str) -> Self {
        let cookie = blake3::Hasher::new_derive_key(CONTEXT).update(token.as_bytes()).finalize();
        Secret { token: blake3::hash(token.as_bytes()), cookie }
    }

    fn is_token(&self, given: &str) -> bool {
        blake3::hash(given.as_bytes()) == self.token
    }

    fn is_known(&self, headers: &HeaderMap) -> bool {
        let texts = |name| headers.get_all(name).iter().filter_map(|value: &HeaderValue| value.to_str().ok());
        let bearer = texts(header::AUTHORIZATION).filter_map(|value| value.split_once(' '));
        let mut bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let cookies = texts(header::COOKIE).flat_map(|value| value.split(';'));
        let mut cookies =
            cookies.filter_map(|cookie| cookie.trim().split_once('=')).filter(|(name, _)| *name == COOKIE);
        bearer.any(|(_, token)| self.is_token(token.trim()))
            || cookies.any(|(_, value)| blake3::Hash::from_hex(value).is_ok_and(|given| given == self.cookie))
    }
}

impl Guard {
    pub(super) fn new(params: &ServeParams) -> Self {
        Guard {
            token: params.token.as_deref().map(Secret::of),
            names: params.names.iter().map(|name| name.to_ascii_lowercase()).collect(),
            is_any_address: params.listen.ip().is_unspecified(),
            address: params.listen.ip(),
        }
    }

    /// A page of another site whose name was made to lead here asks for that name. An address cannot be made to.
    fn is_own(&self, host: &str) -> bool {
        let name = host_name(host).to_ascii_lowercase();
        if self.names.contains(&name) {
            return true;
        }
        match name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            Ok(address) => self.is_any_address || address == self.address || address.is_loopback(),
            Err(_) => name == "localhost" && (self.is_any_address || self.address.is_loopback()),
        }
    }

    fn check(&self, request: &Request) -> Result<(), Refusal> {
        let forbidden = |message: &str| Err(Refusal::new(StatusCode::FORBIDDEN, "forbidden", message));
        let text = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
        let Some(host) = text(header::HOST).filter(|host| self.is_own(host)) else {
            return forbidden("the Host header names no address that is served here");
        };
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let is_same_site = text(HeaderName::from_static("sec-fetch-site"))
                .is_none_or(|site| matches!(site, "same-origin" | "none"));
            let is_same_origin = text(header::ORIGIN)
                .is_none_or(|origin| origin.split_once("://").is_some_and(|(_, own)| own.eq_ignore_ascii_case(host)));
            if !is_same_site || !is_same_origin {
                return forbidden("requests from other sites may change nothing");
            }
        }
        let is_open = request.uri().path() == "/healthz";
        match &self.token {
            Some(secret) if !is_open && !secret.is_known(request.headers()) => {
                let message = "a token is needed: 'Authorization: Bearer TOKEN', or once /?token=TOKEN in a browser";
                Err(Refusal::new(StatusCode::UNAUTHORIZED, "unauthorised", message))
            }
            _ => Ok(()),
        }
    }

    /// The answer to a browser that gives the token in the address: a cookie, and the address without it.
    fn admitted(&self, request: &Request) -> Option<Response> {
        let secret = self.token.as_ref()?;
        if request.uri().path() != "/" || !matches!(*request.method(), Method::GET) {
            return None;
        }
        let given = serde_html_form::from_str::<Vec<(String, String)>>(request.uri().query()?).ok()?;
        let is_right = given.iter().any(|(name, value)| name == "token" && secret.is_token(value));
        let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", secret.cookie.to_hex());
        let headers = [(header::SET_COOKIE, cookie), (header::LOCATION, "/".to_owned())];
        is_right.then(|| (StatusCode::SEE_OTHER, headers).into_response())
    }
}

/// The host without its port.
fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

async fn admit(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let is_own = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if let Some(response) = is_own.filter(|host| guard.is_own(host)).and_then(|_| guard.admitted(&request)) {
        return response;
    }
    match guard.check(&request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

async fn limit(request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(LIMIT, next.run(request)).await;
    answered.unwrap_or_else(|_| Refusal::late().into_response())
}

async fn sign(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The routes with all that stands before them.
pub(super) fn guarded(routes: Router<Arc<Service>>, service: Arc<Service>, guard: Arc<Guard>) -> Router {
    routes
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn(limit))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(guard, admit))
        .layer(middleware::from_fn(sign))
        .layer(middleware::from_fn_with_state(Arc::clone(&service), metrics::count))
        .with_state(service)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(listen: &str, token: Option<&str>) -> Guard {
        let listen = listen.parse().expect("an address");
        let token = token.map(str::to_owned);
        Guard::new(&ServeParams { listen, token, names: vec!["papers.example.org".to_owned()], workers: 1 })
    }

    #[test]
    fn hosts_are_the_addresses_that_are_served() {
        let local = guard("127.0.0.1:80", None);
        for host in ["127.0.0.1", "127.0.0.1:7878", "localhost:1", "LOCALHOST", "[::1]:80", "papers.example.org:8"] {
            assert!(local.is_own(host), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.0.2.1", "", ":80"] {
            assert!(!local.is_own(host), "{host}");
        }
        let all = guard("0.0.0.0:80", Some("secret"));
        assert!(all.is_own("192.0.2.1:80") && all.is_own("localhost") && !all.is_own("evil.example"));
    }

    #[test]
    fn a_token_is_known_as_a_bearer_or_by_its_cookie() {
        let secret = Secret::of("s3cret");
        let known = |name: HeaderName, value: &str| {
            let value = HeaderValue::from_str(value).expect("a header");
            secret.is_known(&HeaderMap::from_iter([(name, value)]))
        };
        assert!(known(header::AUTHORIZATION, "Bearer s3cret") && known(header::AUTHORIZATION, "bearer s3cret"));
        assert!(known(header::COOKIE, &format!("a=b; {COOKIE}={}", secret.cookie.to_hex())));
        assert!(!known(header::AUTHORIZATION, "Basic s3cret") && !known(header::AUTHORIZATION, "Bearer s3cre"));
        assert!(!known(header::COOKIE, "paperkin=s3cret") && !known(header::COOKIE, &format!("{COOKIE}=")));
    }
}
