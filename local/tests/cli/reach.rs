//! Tests of the exit codes of commands that connect to a server: 1 if the server is down, 2 for a wrong address, file
//! or request. The message names the server, and what to do.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use super::{scratch, text};

/// An address at which nothing listens: its port was free a moment ago.
fn closed_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

/// A server that answers each request by its path, until the test ends.
fn server(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut request = Vec::new();
            let mut buffer = [0; 4_096];
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(n) => request.extend_from_slice(&buffer[..n]),
                }
            }
            let head = String::from_utf8_lossy(&request).into_owned();
            let (status, body) = answer(head.split_whitespace().nth(1).unwrap_or_default());
            let length = body.len();
            _ = write!(stream, "HTTP/1.1 {status} So\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        }
    });
    address
}

/// Runs a command that must print nothing on standard output. Returns its exit code and its standard error.
fn run(arguments: &[&str], settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_muster"))
        .args(arguments)
        .env_remove("HTTP_PROXY")
        .env_remove("http_proxy")
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("muster starts");
    assert!(output.stdout.is_empty(), "{arguments:?}: {}", text(&output.stdout));
    (output.status.code(), text(&output.stderr))
}

/// Each command that connects to a server, with the server's name in its error message.
const COMMANDS: [(&[&str], &str); 12] = [
    (&["run"], "Muster"),
    (&["status"], "Muster"),
    (&["status", "20261124T070000000-kqxwzv"], "Muster"),
    (&["submissions", "list"], "Muster"),
    (&["submissions", "show", "20261124T070000000-kqxwzv.1"], "Muster"),
    (&["submissions", "retry", "--all"], "Muster"),
    (&["submissions", "drop", "20261124T070000000-kqxwzv.1"], "Muster"),
    (&["dlq", "list"], "Muster"),
    (&["dlq", "redrive", "--all"], "Muster"),
    (&["simulator", "faults"], "the Crossmark simulator"),
    (&["simulator", "ledger"], "the Crossmark simulator"),
    (&["simulator", "reset"], "the Crossmark simulator"),
];

/// Asserts that each command ends with this exit code and a message with these words.
#[track_caller]
fn assert_each(address: &str, code: i32, words: &[&str]) {
    for (command, name) in COMMANDS {
        let (found, printed) = run(&[command, &["--at", address]].concat(), &[]);
        assert_eq!(found, Some(code), "{command:?}: {printed}");
        for words in words.iter().chain([&name, &address]) {
            assert!(printed.contains(words), "{command:?} should say {words:?}: {printed}");
        }
    }
}

#[test]
fn a_server_that_is_down_gives_exit_code_1() {
    assert_each(&closed_address(), 1, &["cannot reach", "refused", "--at", "muster serve"]);
}

#[test]
fn a_server_that_answers_503_gives_exit_code_1() {
    assert_each(&server(|_| (503, "{}".to_owned())), 1, &["failed", "503"]);
}

#[test]
fn the_address_of_another_server_gives_exit_code_2() {
    assert_each(&server(|_| (404, "no".to_owned())), 2, &["is not", "--at"]);
    assert_each(&server(|_| (200, "<html>".to_owned())), 2, &["is not", "--at"]);
}

#[test]
fn a_request_that_the_server_refuses_gives_exit_code_2() {
    let address = server(|_| (400, json!({"error": "no such fault"}).to_string()));
    let (code, printed) = run(&["simulator", "faults", "--kinds", "rain", "--at", &address], &[]);
    assert_eq!(code, Some(2), "{printed}");
    assert!(printed.contains("no such fault"), "{printed}");
}

#[test]
fn a_server_on_this_machine_is_reached_without_the_proxy_of_the_environment() {
    let (address, proxy) = (server(|_| (400, json!({"error": "no such fault"}).to_string())), closed_address());
    let settings = [("HTTP_PROXY", proxy.as_str()), ("http_proxy", proxy.as_str())];
    let (code, printed) = run(&["simulator", "faults", "--kinds", "rain", "--at", &address], &settings);
    assert_eq!(code, Some(2), "{printed}");
    assert!(printed.contains("no such fault"), "{printed}");
}

#[test]
fn an_unknown_host_gives_exit_code_1_and_an_invalid_url_exit_code_2() {
    let (code, printed) = run(&["status", "--at", "http://muster.invalid"], &[]);
    assert_eq!(code, Some(1), "{printed}");
    for wrong in ["127.0.0.1:8080", "nonsense", "ftp://127.0.0.1"] {
        for command in [["status", "--at"], ["dlq", "list"], ["serve", "--crossmark"]] {
            let arguments = if command[0] == "dlq" {
                vec!["dlq", "list", "--at", wrong]
            } else {
                vec![command[0], command[1], wrong]
            };
            let (code, printed) = run(&arguments, &[]);
            assert_eq!(code, Some(2), "{arguments:?}: {printed}");
            assert!(printed.contains("expected a URL"), "{printed}");
        }
    }
}

#[test]
fn a_table_that_is_down_gives_exit_code_1() {
    let table = closed_address();
    let address = server(move |path| match path {
        "/_local/outputs" => (
            200,
            json!({"MUSTER_TABLE": "muster", "AWS_ENDPOINT_URL_DYNAMODB": table, "AWS_ENDPOINT_URL_SQS": table})
                .to_string(),
        ),
        _ => (200, json!({"now": "2026-11-24T12:00:00Z", "pace": "manual"}).to_string()),
    });
    for club in [&[][..], &["--club", "8135"]] {
        let (code, printed) = run(&[&["status", "--at", &address], club].concat(), &[]);
        assert_eq!(code, Some(1), "{printed}");
        assert!(printed.contains("cannot use the table") && printed.contains("try again"), "{printed}");
    }
}

/// Environment variables with which AWS clients find no configuration and no credentials.
fn no_credentials() -> Vec<(&'static str, String)> {
    let home = scratch("no-credentials");
    std::fs::create_dir_all(&home).expect("a folder");
    let none = |name: &str| home.join(name).display().to_string();
    vec![
        ("HOME", home.display().to_string()),
        ("AWS_CONFIG_FILE", none("config")),
        ("AWS_SHARED_CREDENTIALS_FILE", none("credentials")),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_MAX_ATTEMPTS", "1".to_owned()),
    ]
}

/// Runs `muster status` on the stack whose outputs are in a file.
fn status_of_stack(file: &Path, settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let no_credentials = no_credentials();
    let mut all: Vec<(&str, &str)> = no_credentials.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(settings);
    run(&["status", "--stack", &file.display().to_string()], &all)
}

#[test]
fn a_stack_that_is_down_gives_exit_code_1_and_an_invalid_one_exit_code_2() {
    let outputs = scratch("stack.json");
    std::fs::write(&outputs, json!({"MusterTable": "muster"}).to_string()).expect("written");
    let keys = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
    let down = closed_address();
    let somebody = server(|_| {
        let arn = "<Arn>arn:aws:iam::123456789012:user/pat</Arn>";
        let result = format!("<GetCallerIdentityResult>{arn}</GetCallerIdentityResult>");
        (200, format!("<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>"))
    });
    let denied = server(|_| {
        let error = "<Error><Code>InvalidClientTokenId</Code><Message>no such key</Message></Error>";
        (403, format!("<ErrorResponse>{error}</ErrorResponse>"))
    });
    let at = |sts: &str| -> Vec<(&'static str, String)> {
        vec![("AWS_ENDPOINT_URL_STS", sts.to_owned()), ("AWS_ENDPOINT_URL_DYNAMODB", down.clone())]
    };
    let rows = [
        (at(&down), Some(1), "cannot use AWS STS"),
        (at(&somebody), Some(1), "cannot use the table"),
        (at(&denied), Some(2), "no such key"),
    ];
    for (settings, expected, words) in rows {
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (code, printed) = status_of_stack(&outputs, &[&settings[..], &keys].concat());
        assert_eq!(code, expected, "{printed}");
        assert!(printed.contains(words), "should say {words:?}: {printed}");
    }
    let (code, printed) = status_of_stack(&outputs, &[]);
    assert_eq!(code, Some(2), "{printed}");
    assert!(printed.contains("credentials"), "{printed}");
    std::fs::write(&outputs, "[]").expect("written");
    let (code, printed) =
        status_of_stack(&outputs, &[&[("AWS_ENDPOINT_URL_STS", somebody.as_str())][..], &keys].concat());
    assert_eq!(code, Some(2), "{printed}");
    assert!(printed.contains("MUSTER_TABLE"), "{printed}");
    let (code, printed) = status_of_stack(Path::new("/no/such/stack.json"), &keys);
    assert_eq!(code, Some(2), "{printed}");
}
