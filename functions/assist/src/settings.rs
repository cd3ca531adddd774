//! Who may connect from where: hosts, origins, and where tokens are issued.

use runtime::Environment;

/// Origins of pages on this machine, at any port.
const LOOPBACK_ORIGINS: [&str; 3] = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"];
/// Names of this machine.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The settings of the protocol's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Hosts that are answered beside the gateway's own name (`MUSTER_ASSIST_HOSTS`); those of this machine by default.
    hosts: Vec<String>,
    /// Origins of pages that may call (`MUSTER_ASSIST_ORIGINS`); those of this machine by default.
    pub origins: Vec<String>,
    /// The address as clients know it (`MUSTER_ASSIST_URL`), where it is not the host of the request.
    pub address: Option<String>,
    /// Who issues tokens (`MUSTER_ISSUER`); nobody on one machine.
    pub issuer: Option<String>,
}

impl Settings {
    /// Reads the settings.
    pub fn of(environment: &Environment) -> Settings {
        let list = |name: &str, usual: &[&str]| match environment.optional(name) {
            Some(listed) => listed.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect(),
            None => usual.iter().map(|one| (*one).to_owned()).collect(),
        };
        Settings {
            hosts: list("MUSTER_ASSIST_HOSTS", &LOOPBACK),
            origins: list("MUSTER_ASSIST_ORIGINS", &LOOPBACK_ORIGINS),
            address: environment.optional("MUSTER_ASSIST_URL"),
            issuer: environment.optional("MUSTER_ISSUER"),
        }
    }

    /// Whether requests for a host, with or without a port, are answered. The gateway routes only its own name here.
    pub fn answers(&self, host: &str, of_gateway: Option<&str>) -> bool {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        let is = |known: &str| name.eq_ignore_ascii_case(known) || host.eq_ignore_ascii_case(known);
        !host.is_empty() && (self.hosts.iter().any(|known| is(known)) || of_gateway.is_some_and(is))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_hosts_are_answered() {
        let settings = |hosts: &[&str]| Settings {
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            origins: Vec::new(),
            address: None,
            issuer: None,
        };
        for (hosts, gateway, host, expected) in [
            (LOOPBACK.as_slice(), None, "127.0.0.1:8080", true),
            (LOOPBACK.as_slice(), None, "LOCALHOST", true),
            (LOOPBACK.as_slice(), None, "[::1]:8080", true),
            (LOOPBACK.as_slice(), None, "", false),
            (LOOPBACK.as_slice(), None, "localhost.example", false),
            (LOOPBACK.as_slice(), None, "localhost:8080:1", false),
            (LOOPBACK.as_slice(), Some("a.execute-api.example"), "a.execute-api.example", true),
            (LOOPBACK.as_slice(), Some("a.execute-api.example"), "b.execute-api.example", false),
            (["muster.example"].as_slice(), None, "muster.example:443", true),
            (["muster.example"].as_slice(), None, "localhost", false),
        ] {
            assert_eq!(settings(hosts).answers(host, gateway), expected, "{host} of {hosts:?}, {gateway:?}");
        }
    }
}
