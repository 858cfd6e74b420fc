//! The API's description, made from the types that it speaks with.

use axum::http::HeaderMap;
use axum::response::Response;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, ObjectBuilder, OpenApi as Document, Ref, Type};
use utoipa::{Modify, OpenApi};

use super::answer::tagged_json;
use super::refusal::{Problem, Refusal};
use super::{api, duplicates, metrics, page, papers, similar, topics};

/// The API.
#[derive(OpenApi)]
#[openapi(
    info(title = "Paperkin", description = "Similar papers, topics and duplicates of a library of paper abstracts"),
    paths(
        page::page,
        api::healthz,
        metrics::metrics,
        document,
        similar::similar,
        similar::similar_to_long,
        topics::topics,
        topics::compare,
        topics::groups,
        topics::over_time,
        topics::topic,
        topics::map,
        papers::papers,
        papers::paper,
        duplicates::duplicates,
        duplicates::decisions,
        duplicates::decide,
        api::info,
    ),
    components(schemas(Problem)),
    modifiers(&Common)
)]
struct Api;

/// What every operation may answer beside what it is for.
const REFUSALS: &[(&str, &str)] = &[
    ("400", "What was given cannot be used"),
    ("401", "A token is needed"),
    ("403", "The host is not served here, or another site asks"),
    ("404", "Something that was asked for by name is not there"),
    ("405", "The address does not take this method"),
    ("409", "The library and the program do not fit together"),
    ("500", "A fault of the program, or a damaged library"),
    ("503", "Too many requests, or an answer that takes long; ask again"),
];

/// The same for those that take a body.
const REFUSALS_OF_BODIES: &[(&str, &str)] =
    &[("413", "The body is too large"), ("415", "The body is not application/json")];

struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut Document) {
        for item in document.paths.paths.values_mut() {
            item.get.iter_mut().for_each(|operation| {
                add(operation, REFUSALS);
                let unchanged = ResponseBuilder::new().description("The client's copy is as it is now").build();
                operation.responses.responses.insert("304".to_owned(), unchanged.into());
            });
            item.post.iter_mut().for_each(|operation| {
                add(operation, REFUSALS);
                add(operation, REFUSALS_OF_BODIES);
            });
        }
        let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        if let Some(components) = &mut document.components {
            components.add_security_scheme("token", bearer);
        }
    }
}

fn add(operation: &mut Operation, refusals: &[(&str, &str)]) {
    for (status, description) in refusals {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let mut response = ResponseBuilder::new().description(*description).content("application/json", problem);
        if *status == "503" {
            let seconds = HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::Integer))).build();
            response = response.header("Retry-After", seconds);
        }
        operation.responses.responses.insert((*status).to_owned(), response.build().into());
    }
}

/// `GET /api/v1/openapi.json`
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "server", responses((status = 200, description = "This document", body = Object)))]
pub(super) async fn document(headers: HeaderMap) -> Result<Response, Refusal> {
    tagged_json(&Api::openapi(), &headers)
}
