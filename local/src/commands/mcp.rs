//! `muster mcp`: the Model Context Protocol over standard input and output, for assistants that start a program on this
//! machine. It forwards each message to a Muster's `/mcp` under the caller's token, and writes the answer. It stores
//! nothing and decides nothing.

use std::io::BufRead;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::{Failure, block_on, http};
use crate::console;

/// Arguments of `muster mcp`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster mcp
      Serves an assistant from the Muster that runs on this machine.
  muster mcp --at https://muster.example
      Serves an assistant from a deployed stack, with the rights of MUSTER_TOKEN.")]
pub struct Arguments {
    /// The address of Muster.
    #[arg(long, default_value = "http://127.0.0.1:8080", value_parser = http::address)]
    at: String,
    /// The bearer token. Prefer the environment variable `MUSTER_TOKEN`.
    #[arg(long)]
    token: Option<String>,
}

/// The header that contains the protocol revision of a message.
const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");
/// JSON pointer of the protocol revision in a message that names its own, because there was no handshake.
const OWN_VERSION: &str = "/params/_meta/io.modelcontextprotocol~1protocolVersion";
/// The error code for a message that cannot be forwarded, or that Muster refuses outside the protocol.
const FAILED: i32 = -32_000;

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let given_token = arguments.token.clone().or_else(|| std::env::var("MUSTER_TOKEN").ok());
    let token = given_token.filter(|token| !token.is_empty());
    let client = http::client(&arguments.at)?;
    block_on(async {
        let mut forwarder = Forwarder { client, address: format!("{}/mcp", arguments.at), token, agreed_version: None };
        // One message at a time is enough, because an assistant waits for each answer.
        for line in std::io::stdin().lock().lines() {
            let line = line.map_err(|e| Failure::Internal(format!("cannot read standard input: {e}")))?;
            if line.trim().is_empty() {
                continue;
            }
            if let Some(answer) = forwarder.forward(&line).await {
                console::say(&format!("{answer}\n"))?;
            }
        }
        Ok(())
    })
}

/// Forwards messages.
struct Forwarder {
    client: reqwest::Client,
    address: String,
    token: Option<String>,
    /// The protocol revision that the handshake agreed on.
    agreed_version: Option<String>,
}

impl Forwarder {
    /// Forwards a message and returns the answer; `None` for a notification.
    async fn forward(&mut self, line: &str) -> Option<Value> {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            return Some(error(&Value::Null, -32_700, "the line is not JSON"));
        };
        let id = message.get("id").cloned();
        let request = self.client.post(&self.address).headers(self.headers(&message)).body(line.to_owned());
        let sent = request.send().await;
        let status = sent.as_ref().ok().map(reqwest::Response::status);
        let answer = match sent {
            Ok(answer) => answer.json::<Value>().await.ok(),
            Err(cause) => return id.map(|id| error(&id, FAILED, &format!("cannot reach Muster: {cause}"))),
        };
        let id = id?;
        match answer {
            Some(answer) if answer.get("jsonrpc").is_some() => {
                if message["method"] == "initialize" {
                    self.agreed_version = answer["result"]["protocolVersion"].as_str().map(str::to_owned);
                }
                Some(answer)
            }
            // A refusal by the gateway or by Muster's HTTP conventions, which are not part of the protocol.
            other => {
                let words = other.as_ref().and_then(|said| said["error"]["message"].as_str()).unwrap_or_default();
                let status = status.map_or_else(String::new, |status| status.to_string());
                let mut refused = error(&id, FAILED, format!("Muster answers {status} {words}").trim_end());
                // Includes the error code, and when to try again.
                if let Some(said) = other.as_ref().and_then(|said| said.get("error")) {
                    refused["error"]["data"] = said.clone();
                }
                Some(refused)
            }
        }
    }

    fn headers(&self, message: &Value) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let is_handshake = message["method"] == "initialize";
        let own = message.pointer(OWN_VERSION).and_then(Value::as_str);
        let version = own.or(self.agreed_version.as_deref()).filter(|_| !is_handshake);
        let params = &message["params"];
        let name = params["name"].as_str().or_else(|| params["uri"].as_str());
        let bearer = self.token.as_deref().map(|token| format!("Bearer {token}"));
        let values = [
            (AUTHORIZATION, bearer.as_deref()),
            (VERSION, version),
            (METHOD, message["method"].as_str()),
            (NAME, name),
        ];
        for (header, value) in values {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                headers.insert(header, value);
            }
        }
        headers
    }
}

fn error(id: &Value, code: i32, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarder(agreed_version: Option<&str>) -> Forwarder {
        Forwarder {
            client: reqwest::Client::new(),
            address: "http://127.0.0.1:1/mcp".to_owned(),
            token: Some("t".to_owned()),
            agreed_version: agreed_version.map(str::to_owned),
        }
    }

    #[test]
    fn a_message_is_sent_with_its_own_revision_or_the_agreed_one() {
        let meta = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28"});
        for (agreed_version, message, version, name) in [
            (None, json!({"method": "initialize", "params": {}}), None, None),
            (Some("2025-06-18"), json!({"method": "tools/list"}), Some("2025-06-18"), None),
            (
                Some("2025-06-18"),
                json!({"method": "tools/call", "params": {"name": "find", "_meta": meta}}),
                Some("2026-07-28"),
                Some("find"),
            ),
        ] {
            let headers = forwarder(agreed_version).headers(&message);
            let of = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
            assert_eq!((of(&VERSION), of(&NAME)), (version, name), "{message}");
            assert_eq!(of(&AUTHORIZATION), Some("Bearer t"));
        }
    }

    #[tokio::test]
    async fn an_unreachable_muster_is_reported_to_requests_but_not_to_notifications() {
        let mut forwarder = forwarder(None);
        let answer = forwarder.forward(r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#).await;
        assert_eq!(answer.map(|answer| answer["id"].clone()), Some(json!(7)));
        assert_eq!(forwarder.forward(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await, None);
        let malformed = forwarder.forward("{").await;
        assert_eq!(malformed.map(|answer| answer["error"]["code"].clone()), Some(json!(-32_700)));
    }
}
