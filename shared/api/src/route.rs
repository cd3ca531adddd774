//! Errors of one route: a single list defines the documented codes and those that its handler may return.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use axum::response::{IntoResponse, Response};
use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response as Documented};

use crate::code::Code;
use crate::error::ApiError;

/// The error codes of a route, or of several with the same errors; implemented by [`errors!`](crate::errors).
pub trait RouteErrors {
    /// The codes, besides those that any route may return.
    const CODES: &[Code];
}

/// A route without error codes of its own.
impl RouteErrors for () {
    const CODES: &[Code] = &[];
}

/// Codes that any handler may return. The contract documents each of them on the routes whose arguments can cause it.
const OF_ANY_ROUTE: [Code; 6] =
    [Code::BodyMissing, Code::ClubNotFound, Code::Internal, Code::InvalidId, Code::InvalidQuery, Code::TryAgain];

/// An error of a route. In `responses(…)` it documents the codes of `E`. As the error type of a handler it enforces
/// them: a debug build, and therefore every test, panics on a code that is not documented.
#[derive(Debug)]
pub struct RouteError<E>(ApiError, PhantomData<E>);

impl<E: RouteErrors, T: Into<ApiError>> From<T> for RouteError<E> {
    fn from(error: T) -> RouteError<E> {
        let error = error.into();
        let is_documented = E::CODES.contains(&error.code) || OF_ANY_ROUTE.contains(&error.code);
        debug_assert!(is_documented, "{error}: the route documents only {:?}", E::CODES);
        RouteError(error, PhantomData)
    }
}

impl<E> IntoResponse for RouteError<E> {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl<E: RouteErrors> IntoResponses for RouteError<E> {
    fn responses() -> BTreeMap<String, RefOr<Documented>> {
        let mut names: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for code in E::CODES {
            names.entry(code.status().as_str().to_owned()).or_default().push(code.name());
        }
        names.into_iter().map(|(status, names)| (status, Documented::new(names.join(", ")).into())).collect()
    }
}

/// Defines the errors of routes: `errors! { /// Why nothing is retried. RetryErrors: LineNotFound, NoLines; }`.
#[macro_export]
macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident: $($code:ident),+;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $name {}

            impl $crate::RouteErrors for $name {
                const CODES: &[$crate::Code] = &[$($crate::Code::$code),+];
            }
        )+
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::errors! {
        /// Why nothing is found.
        FindErrors: LineNotFound, RunNotFound, NoLines;
    }

    #[test]
    fn the_documented_codes_are_those_of_the_list_by_status() {
        let documented = RouteError::<FindErrors>::responses();
        let words = |response: &RefOr<Documented>| match response {
            RefOr::T(response) => response.description.clone(),
            RefOr::Ref(_) => String::new(),
        };
        let documented: Vec<_> =
            documented.iter().map(|(status, response)| (status.as_str(), words(response))).collect();
        assert_eq!(documented, [("400", "NO_LINES".into()), ("404", "LINE_NOT_FOUND, RUN_NOT_FOUND".to_owned())]);
    }

    #[test]
    fn a_documented_code_and_a_code_of_any_route_are_answered() {
        for code in [Code::NoLines, Code::Internal] {
            assert_eq!(RouteError::<FindErrors>::from(ApiError::new(code, "none")).0.code, code);
        }
    }

    #[test]
    #[should_panic(expected = "the route documents only")]
    fn an_undocumented_code_panics_in_a_debug_build() {
        drop(RouteError::<FindErrors>::from(ApiError::new(Code::RunOpen, "another run waits")));
    }
}
