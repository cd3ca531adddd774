//! Nothing that is logged, at any level by any crate, shows a password, a user name, a cookie or a person's name.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "whole/support.rs"]
mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use crossmark::Days;
use serde_json::json;
use support::*;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_secret_and_no_name_is_logged() {
    let captured = Captured::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(captured.clone())
        .init();
    let upstream = upstream().await;
    let days = Days::one(day("2026-11-23"));

    upstream.club.schedule(&placement(FREE), upstream.send_by()).await;
    upstream.plan_fault(json!({"call": "people", "kind": "login_page"})).await;
    upstream.club.people(days).await.unwrap();
    upstream.plan_fault(json!({"call": "login", "kind": "bad_credentials"})).await;
    upstream.plan_fault(json!({"call": "planning", "kind": "login_page"})).await;
    upstream.club.planning(days).await.unwrap_err();

    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("Crossmark answered schedule") && log.contains("Crossmark refused the login"), "{log}");
    for secret in [PASSWORD, USER, "PHPSESSID=sim", "sim00000001", "Pat Example", "PAT EXAMPLE"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
