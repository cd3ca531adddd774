//! The hosts at which `/mcp` answers, the origins of pages that may call it, and the issuer of tokens.

use runtime::Environment;

/// Origins of pages on this machine, at any port.
const LOOPBACK_ORIGINS: [&str; 3] = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"];
/// Names of this machine.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The settings of `/mcp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Origins of pages that may call; those of this machine by default.
    pub origins: Vec<String>,
    /// The issuer of tokens; `None` if the setting is missing, as on one machine.
    pub issuer: Option<String>,
}

impl Settings {
    /// Reads the settings.
    pub fn of(environment: &Environment) -> Settings {
        let setting = environment.optional("MUSTER_ASSIST_ORIGINS");
        let listed = setting.map(|text| text.split(',').map(|origin| origin.trim().to_owned()).collect::<Vec<_>>());
        Settings {
            origins: listed.unwrap_or_else(|| LOOPBACK_ORIGINS.map(str::to_owned).to_vec()),
            issuer: environment.optional("MUSTER_ISSUER"),
        }
    }

    /// The origin at which people open the web client: the first one without a wildcard; `None` if there is none.
    pub fn web_client_origin(&self) -> Option<&str> {
        self.origins.iter().map(String::as_str).find(|origin| !origin.contains('*'))
    }
}

/// Whether requests for a host, with or without a port, are answered: for the gateway's name, or for a loopback name if
/// there is no gateway. This prevents DNS rebinding: a browser that was led here by another site's name sends that name.
pub fn is_known_host(host: &str, gateway: Option<&str>) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    match gateway {
        Some(gateway) => is(gateway),
        None => LOOPBACK.into_iter().any(is),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_web_client_is_at_the_first_origin_without_a_wildcard() {
        let settings = |origins: &[&str]| Settings {
            origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
            issuer: None,
        };
        assert_eq!(settings(&LOOPBACK_ORIGINS).web_client_origin(), None);
        let found = settings(&["http://localhost:*", "https://muster.example", "https://other.example"]);
        assert_eq!(found.web_client_origin(), Some("https://muster.example"));
    }

    #[test]
    fn only_known_hosts_are_answered() {
        let gateway = Some("a.execute-api.example");
        for (gateway, host, expected) in [
            (None, "127.0.0.1:8080", true),
            (None, "LOCALHOST", true),
            (None, "[::1]:8080", true),
            (None, "", false),
            (None, "localhost.example", false),
            (None, "localhost:8080:1", false),
            (None, "muster.example", false),
            (gateway, "a.execute-api.example", true),
            (gateway, "a.execute-api.example:443", true),
            (gateway, "b.execute-api.example", false),
            (gateway, "localhost", false),
        ] {
            assert_eq!(is_known_host(host, gateway), expected, "{host} at {gateway:?}");
        }
    }
}
