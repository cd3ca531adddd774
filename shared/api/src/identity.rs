//! The caller: who they are and their role in each of their clubs, from the claims that the authorizer verified.
//!
//! The roles claim lists roles as `club:role`, such as `8135:manager`. It may also name the caller's employee id in a
//! club, such as `8135:employee:US000101`. Other entries are ignored.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::Extensions;
use axum::http::request::Parts;
use domain::bounds::is_id;
use domain::snapshot::EmployeeId;
use lambda_http::request::RequestContext;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::audit::{Actor, Because};
use store::key::ClubId;
use store::meter::Meter;
use store::stamp::Timestamp;
use store::{Club, Table};
use utoipa::ToSchema;

use crate::code::Code;
use crate::error::ApiError;

/// What a person may do in a club. Each role may also do what the earlier ones may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May read, and manage calendar feeds of their own schedules.
    Viewer,
    /// May also edit, approve and retry.
    Manager,
    /// May also set up clubs and erase people.
    Admin,
}

impl Role {
    fn from_name(name: &str) -> Option<Role> {
        match name {
            "viewer" => Some(Role::Viewer),
            "manager" => Some(Role::Manager),
            "admin" => Some(Role::Admin),
            _ => None,
        }
    }

    /// The name that claims use.
    pub fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Manager => "manager",
            Role::Admin => "admin",
        }
    }
}

/// The caller of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The caller as recorded in the audit trail.
    pub who: Actor,
    /// Their role in each of their clubs.
    pub roles: BTreeMap<ClubId, Role>,
    /// Their employee id in each club that their token names one for.
    pub employee_ids: BTreeMap<ClubId, EmployeeId>,
}

/// The claim that identifies a person permanently. A name or an address may pass to another person; this id never does.
const ID: &str = "sub";
/// The claims that may have a display name, in order of preference. They are only displayed; no permission depends on
/// them.
const NAMES: [&str; 4] = ["email", "preferred_username", "username", "cognito:username"];

impl Caller {
    /// Reads the caller from the request context; headers are ignored.
    ///
    /// # Errors
    /// 401 if no authorizer verified the caller, or the token has no `sub`.
    pub fn of(extensions: &Extensions, roles_claim: &str) -> Result<Caller, ApiError> {
        let unauthenticated = || ApiError::new(Code::Unauthenticated, "sign in first: the request carries no identity");
        let Some(RequestContext::ApiGatewayV2(context)) = extensions.get() else { return Err(unauthenticated()) };
        let jwt = context.authorizer.as_ref().and_then(|a| a.jwt.as_ref()).ok_or_else(unauthenticated)?;
        let claim = |name: &str| jwt.claims.get(name).filter(|value| !value.is_empty()).cloned();
        let who = Actor::person(claim(ID).ok_or_else(unauthenticated)?, NAMES.iter().find_map(|name| claim(name)));
        let roles = jwt.claims.get(roles_claim).map(String::as_str).unwrap_or_default();
        Ok(Caller { who, roles: read_roles(roles), employee_ids: read_employee_ids(roles) })
    }

    /// The club that a request is about: the one it names, or the caller's only one.
    ///
    /// # Errors
    /// 404 for a club in which the caller has no role, 400 if the caller has several clubs and the request names none,
    /// 403 if the caller has no role in any club.
    pub fn club(&self, named: Option<&str>) -> Result<(ClubId, Role), ApiError> {
        let found = match named {
            Some(name) => self.roles.iter().find(|(club, _)| club.as_str() == name),
            None if self.roles.len() > 1 => {
                let clubs: Vec<&str> = self.roles.keys().map(ClubId::as_str).collect();
                let message = "say which club is meant: club=<id>";
                return Err(ApiError::new(Code::ClubRequired, message).with(json!({"clubs": clubs})));
            }
            None => self.roles.first_key_value(),
        };
        match (found, named) {
            (Some((club, role)), _) => Ok((club.clone(), *role)),
            (None, Some(_)) => Err(ApiError::new(Code::ClubNotFound, "there is no such club")),
            (None, None) => Err(forbidden("you have no role in any club")),
        }
    }
}

/// Reads `[8135:manager 8136:viewer]`, or the same with commas or quotes, because issuers format lists differently. The
/// highest role of a club counts.
fn read_roles(claim: &str) -> BTreeMap<ClubId, Role> {
    let mut roles = BTreeMap::new();
    for entry in entries(claim) {
        if let Some((club, role)) = entry.split_once(':')
            && let (Ok(club), Some(role)) = (ClubId::parse(club), Role::from_name(role))
        {
            let best = roles.entry(club).or_insert(role);
            *best = role.max(*best);
        }
    }
    roles
}

/// Reads `8135:employee:US000101`. If a claim names two employees of one club, the caller has no employee id there.
fn read_employee_ids(claim: &str) -> BTreeMap<ClubId, EmployeeId> {
    let mut ids_by_club: BTreeMap<ClubId, BTreeSet<&str>> = BTreeMap::new();
    for entry in entries(claim) {
        if let Some((club, person)) = entry.split_once(":employee:")
            && let (Ok(club), true) = (ClubId::parse(club), is_id(person))
        {
            ids_by_club.entry(club).or_default().insert(person);
        }
    }
    let single = |(club, ids): (ClubId, BTreeSet<&str>)| match ids.len() {
        1 => ids.first().map(|id| (club, EmployeeId((*id).to_owned()))),
        _ => None,
    };
    ids_by_club.into_iter().filter_map(single).collect()
}

fn entries(claim: &str) -> impl Iterator<Item = &str> {
    claim.split(|c: char| c.is_whitespace() || "[],\"".contains(c))
}

fn forbidden(message: impl Into<String>) -> ApiError {
    ApiError::new(Code::Forbidden, message)
}

/// What the middleware knows about a request before its handler runs.
#[derive(Clone)]
pub(crate) struct RequestInfo {
    pub caller: Result<Caller, ApiError>,
    pub now: Timestamp,
    pub meter: Arc<Meter>,
}

/// A role as a type, so that a handler's signature states the role that it requires.
pub trait RequiredRole: Send + Sync + 'static {
    /// The role.
    const ROLE: Role;
}

macro_rules! role_type {
    ($name:ident) => {
        #[doc = concat!("See [`Role::", stringify!($name), "`].")]
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl RequiredRole for $name {
            const ROLE: Role = Role::$name;
        }
    };
}
role_type!(Viewer);
role_type!(Manager);
role_type!(Admin);

/// A caller who has at least this role in the club of the request. Every handler of a club's data takes one as an
/// argument, except the one that serves a calendar feed ([`Anonymous`]) and those of requests that name their club in
/// the body ([`CallerRequest`]).
pub struct ClubCaller<R> {
    /// The club.
    pub club: ClubId,
    /// The caller as recorded in the audit trail.
    pub who: Actor,
    /// Their role: at least the required one.
    pub role: Role,
    /// Their employee id in the club, if their token has it.
    pub employee_id: Option<EmployeeId>,
    /// When the request arrived.
    pub now: Timestamp,
    /// Counts the requests to the table.
    pub meter: Arc<Meter>,
    required: PhantomData<fn() -> R>,
}

impl<R> ClubCaller<R> {
    /// The club's part of the table.
    pub fn of<'a>(&'a self, table: &'a Table) -> Club<'a> {
        table.club(&self.club, &self.meter)
    }

    /// The same caller with a higher role, which a part of the requests of a route needs.
    ///
    /// # Errors
    /// 403 if the caller's role is not sufficient.
    pub fn with_role<Higher: RequiredRole>(self) -> Result<ClubCaller<Higher>, ApiError> {
        check_role::<Higher>(&self.club, self.role)?;
        let ClubCaller { club, who, role, employee_id, now, meter, required: _ } = self;
        Ok(ClubCaller { club, who, role, employee_id, now, meter, required: PhantomData })
    }

    /// Who, when and why, for the audit trail: the caller, the time of the request, and this reason.
    pub fn because(&self, why: impl Into<String>) -> Because {
        Because::new(self.who.clone(), self.now, why)
    }
}

fn check_role<R: RequiredRole>(club: &ClubId, role: Role) -> Result<(), ApiError> {
    if role >= R::ROLE {
        return Ok(());
    }
    let (needs, has) = (R::ROLE.name(), role.name());
    let message = format!("this needs the role {needs}; yours in club {club} is {has}");
    Err(forbidden(message).with(json!({"needs": needs, "has": has})))
}

fn request_info(parts: &Parts) -> Result<&RequestInfo, ApiError> {
    parts.extensions.get().ok_or_else(|| ApiError::internal("the route is not wrapped by `with_conventions`"))
}

/// The value of `club=` in a query.
pub(crate) fn named_club(query: Option<&str>) -> Option<String> {
    let pairs = url_pairs(query.unwrap_or_default());
    pairs.into_iter().find(|(name, _)| name == "club").map(|(_, value)| value)
}

fn url_pairs(query: &str) -> Vec<(String, String)> {
    let uri = format!("/?{query}").parse::<axum::http::Uri>().ok();
    let read = uri.and_then(|uri| axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
    read.map(|q| q.0).unwrap_or_default()
}

impl<S: Send + Sync, R: RequiredRole> FromRequestParts<S> for ClubCaller<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let info = request_info(parts)?;
        let caller = info.caller.clone()?;
        let (club, role) = caller.club(named_club(parts.uri.query()).as_deref())?;
        check_role::<R>(&club, role)?;
        Ok(ClubCaller {
            employee_id: caller.employee_ids.get(&club).cloned(),
            club,
            who: caller.who,
            role,
            now: info.now,
            meter: Arc::clone(&info.meter),
            required: PhantomData,
        })
    }
}

/// A request on a route that needs no identity.
pub struct Anonymous {
    /// When the request arrived.
    pub now: Timestamp,
    /// Counts the requests to the table.
    pub meter: Arc<Meter>,
}

impl<S: Send + Sync> FromRequestParts<S> for Anonymous {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let info = request_info(parts)?;
        Ok(Anonymous { now: info.now, meter: Arc::clone(&info.meter) })
    }
}

/// A request of a signed-in caller that names its club in the body, or is about no club in particular.
#[derive(Clone)]
pub struct CallerRequest {
    /// The caller, with their roles.
    pub caller: Caller,
    /// When the request arrived.
    pub now: Timestamp,
    /// Counts the requests to the table.
    pub meter: Arc<Meter>,
}

impl CallerRequest {
    /// Reads what the middleware knows about a request.
    ///
    /// # Errors
    /// 401 if nobody is signed in, 500 if the route is not wrapped by `with_conventions`.
    pub fn of(parts: &Parts) -> Result<CallerRequest, ApiError> {
        let info = request_info(parts)?;
        Ok(CallerRequest { caller: info.caller.clone()?, now: info.now, meter: Arc::clone(&info.meter) })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CallerRequest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        CallerRequest::of(parts)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        request_info(parts)?.caller.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(claim: &str) -> Caller {
        Caller { who: "somebody".into(), roles: read_roles(claim), employee_ids: read_employee_ids(claim) }
    }

    #[test]
    fn roles_are_read_from_every_format_of_lists() {
        let both = [("8135", Role::Manager), ("8136", Role::Viewer)];
        for (claim, expected) in [
            ("[8135:manager 8136:viewer]", both.as_slice()),
            ("8135:manager,8136:viewer", both.as_slice()),
            (r#"["8135:manager","8136:viewer"]"#, both.as_slice()),
            ("8135:viewer 8135:manager 8136:viewer staff 8137:owner :admin", both.as_slice()),
            ("", &[]),
            ("admin", &[]),
        ] {
            let found: Vec<_> = caller(claim).roles.iter().map(|(c, r)| (c.to_string(), *r)).collect();
            let expected: Vec<_> = expected.iter().map(|(c, r)| ((*c).to_owned(), *r)).collect();
            assert_eq!(found, expected, "{claim}");
        }
    }

    #[test]
    fn a_claim_names_the_callers_employee_id_in_a_club() {
        for (claim, expected) in [
            ("[8135:viewer 8135:employee:US000101]", Some("US000101")),
            (r#"["8135:employee:a:b/7","8135:viewer"]"#, Some("a:b/7")),
            ("8135:employee:E01 8136:employee:E02", Some("E01")),
            ("8135:employee:E01,8135:employee:E01", Some("E01")),
            ("8135:employee:E01,8135:employee:E02", None),
            ("8135:employee:", None),
            ("8135:employee:E#1", None),
            ("8135:employee 8136:employee:E01 employee:E01 8135:employees:E01", None),
        ] {
            let ids = caller(claim).employee_ids;
            let found = ClubId::parse("8135").ok().and_then(|club| ids.get(&club).cloned());
            assert_eq!(found, expected.map(|id| EmployeeId(id.to_owned())), "{claim}");
            assert!(
                !caller(claim).roles.values().any(|role| *role > Role::Viewer),
                "{claim} gives a role above viewer"
            );
        }
    }

    #[test]
    fn a_caller_is_identified_by_sub_and_displayed_by_name() {
        let who = |claims: serde_json::Value| {
            let context = json!({
                "requestId": "r-1", "stage": "$default", "routeKey": "$default", "timeEpoch": 0,
                "authorizer": {"jwt": {"claims": claims, "scopes": null}},
                "http": {"method": "GET", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": ""},
            });
            let mut extensions = Extensions::new();
            extensions.insert(RequestContext::ApiGatewayV2(serde_json::from_value(context).expect("a context")));
            Caller::of(&extensions, "cognito:groups")
                .map(|caller| (caller.who.id.clone(), caller.who.display_name().to_owned()))
        };
        for (claims, expected) in [
            (json!({"sub": "7f3a", "email": "pat@club.example"}), Some(("7f3a", "pat@club.example"))),
            (json!({"sub": "7f3a", "email": "", "username": "pat"}), Some(("7f3a", "pat"))),
            (json!({"sub": "7f3a"}), Some(("7f3a", "7f3a"))),
            // An e-mail address is not an identity: it may pass to another person.
            (json!({"email": "pat@club.example"}), None),
            (json!({"sub": "", "email": "pat@club.example"}), None),
        ] {
            let found = who(claims.clone()).ok();
            assert_eq!(found, expected.map(|(id, shown)| (id.to_owned(), shown.to_owned())), "{claims}");
        }
    }

    #[test]
    fn the_club_of_a_request_is_the_named_one_or_the_callers_only_one() {
        let code = |claim: &str, named: Option<&str>| match caller(claim).club(named) {
            Ok((club, _)) => club.to_string(),
            Err(error) => error.code.name().to_owned(),
        };
        assert_eq!(code("8135:viewer", None), "8135");
        assert_eq!(code("8135:viewer 8136:viewer", Some("8136")), "8136");
        assert_eq!(code("8135:viewer 8136:viewer", None), "CLUB_REQUIRED");
        assert_eq!(code("8135:viewer", Some("8136")), "CLUB_NOT_FOUND");
        assert_eq!(code("", None), "FORBIDDEN");
    }
}
