//! The content of a message: the body and the attributes, with their limits and digests.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The attributes of a message, by name.
pub(crate) type Attributes = BTreeMap<String, AttributeValue>;

/// An attribute. Binary values stay in base64, as in requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AttributeValue {
    #[serde(default)]
    pub data_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binary_value: Option<String>,
}

impl AttributeValue {
    fn is_binary(&self) -> bool {
        self.data_type.starts_with("Binary")
    }

    /// The bytes of the value, of either kind.
    fn bytes(&self) -> Vec<u8> {
        match (&self.binary_value, &self.string_value) {
            (Some(binary), _) if self.is_binary() => BASE64.decode(binary).unwrap_or_default(),
            (_, Some(string)) => string.clone().into_bytes(),
            _ => Vec::new(),
        }
    }

    fn check(&self, name: &str) -> Result<(), Error> {
        let refuse = |reason: &str| {
            Err(Error::InvalidParameterValue(format!("The message attribute '{name}' is invalid. Reason: {reason}")))
        };
        let kind = self.data_type.split('.').next().unwrap_or_default();
        match (kind, &self.string_value, &self.binary_value) {
            ("String", Some(value), _) if !value.is_empty() => check_characters(value),
            ("Number", Some(value), _) if value.parse::<f64>().is_ok() => Ok(()),
            ("Binary", _, Some(value)) if BASE64.decode(value).is_ok_and(|bytes| !bytes.is_empty()) => Ok(()),
            ("String" | "Number" | "Binary", ..) => refuse("It must contain a non-empty value of its type."),
            _ => refuse("Its data type must begin with String, Number or Binary."),
        }
    }
}

/// Refuses a body or attributes that the service would refuse, and messages that are longer than the queue allows.
pub(crate) fn check(body: &str, attributes: &Attributes, limit_bytes: u32) -> Result<(), Error> {
    if body.is_empty() {
        return Err(Error::MissingParameter("MessageBody"));
    }
    check_characters(body)?;
    if attributes.len() > 10 {
        return Err(Error::InvalidParameterValue(format!(
            "Number of message attributes [{}] exceeds the allowed maximum [10].",
            attributes.len()
        )));
    }
    for (name, value) in attributes {
        check_name(name)?;
        value.check(name)?;
    }
    if size_bytes(body, attributes) > limit_bytes as usize {
        return Err(Error::InvalidParameterValue(format!(
            "One or more parameters are invalid. Reason: Message must be shorter than {limit_bytes} bytes."
        )));
    }
    Ok(())
}

/// The size that counts towards the limits: the body, and the names, types and values of the attributes.
pub(crate) fn size_bytes(body: &str, attributes: &Attributes) -> usize {
    let of_attribute =
        |(name, value): (&String, &AttributeValue)| name.len() + value.data_type.len() + value.bytes().len();
    body.len() + attributes.iter().map(of_attribute).sum::<usize>()
}

/// The digest of a body, in hexadecimal.
pub(crate) fn md5_of_body(body: &str) -> String {
    hex(Md5::digest(body).into())
}

/// The digest of attributes as SDKs compute it: in order of names, each part preceded by its length, each value by a byte for
/// its kind. `None` without attributes.
pub(crate) fn md5_of_attributes(attributes: &Attributes) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut digest = Md5::new();
    for (name, value) in attributes {
        add_part(&mut digest, name.as_bytes());
        add_part(&mut digest, value.data_type.as_bytes());
        digest.update([if value.is_binary() { 2 } else { 1 }]);
        add_part(&mut digest, &value.bytes());
    }
    Some(hex(digest.finalize().into()))
}

fn add_part(digest: &mut Md5, bytes: &[u8]) {
    digest.update((bytes.len() as u32).to_be_bytes());
    digest.update(bytes);
}

fn hex(digest: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(digest))
}

fn check_name(name: &str) -> Result<(), Error> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let lower = name.to_ascii_lowercase();
    let reserved = lower.starts_with("aws.") || lower.starts_with("amazon.");
    let dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    if name.is_empty() || name.len() > 256 || !name.chars().all(allowed) || reserved || dots {
        return Err(Error::InvalidParameterValue(format!("The message attribute name '{name}' is invalid.")));
    }
    Ok(())
}

fn check_characters(text: &str) -> Result<(), Error> {
    let allowed =
        |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.chars().all(allowed) { Ok(()) } else { Err(Error::InvalidMessageContents) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(data_type: &str, string: Option<&str>, binary: Option<&str>) -> AttributeValue {
        AttributeValue {
            data_type: data_type.into(),
            string_value: string.map(Into::into),
            binary_value: binary.map(Into::into),
        }
    }

    #[test]
    fn the_digest_of_attributes_is_the_one_that_sdks_compute() {
        let check = |attributes: &[(&str, AttributeValue)], expect: Option<&str>| {
            let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            assert_eq!(md5_of_attributes(&attributes).as_deref(), expect);
        };
        check(&[], None);
        check(
            &[("timestamp", attribute("Number", Some("1493147359900"), None))],
            Some("235c5c510d26fb653d073faed50ae77c"),
        );
        check(
            &[
                ("c", attribute("Number", Some("7"), None)),
                ("b", attribute("Binary", None, Some("AAE="))),
                ("a", attribute("String.club", Some("8135"), None)),
            ],
            Some("f21873ad13e3f554b7991b0d7d82e4a8"),
        );
    }

    #[test]
    fn attributes_need_a_name_a_known_type_and_a_value() {
        let check = |name: &str, value: AttributeValue, is_accepted: bool| {
            let attributes = Attributes::from([(name.to_owned(), value.clone())]);
            assert_eq!(check("body", &attributes, 1_024).is_ok(), is_accepted, "{name} {value:?}");
        };
        check("club.id", attribute("String", Some("8135"), None), true);
        check("club", attribute("Number.float", Some("1.5"), None), true);
        check("club", attribute("Binary", None, Some("AAE=")), true);
        check("club", attribute("String", None, None), false);
        check("club", attribute("String", Some(""), None), false);
        check("club", attribute("Number", Some("seven"), None), false);
        check("club", attribute("Binary", None, Some("no base64!")), false);
        check("club", attribute("Boolean", Some("true"), None), false);
        check("", attribute("String", Some("8135"), None), false);
        check("AWS.club", attribute("String", Some("8135"), None), false);
        check("club id", attribute("String", Some("8135"), None), false);
        check("club..id", attribute("String", Some("8135"), None), false);
    }

    #[test]
    fn attributes_count_towards_the_length() {
        let attributes = Attributes::from([("name".to_owned(), attribute("String", Some("12345"), None))]);
        let body = "x".repeat(1_024 - 4 - 6 - 5);
        assert!(check(&body, &attributes, 1_024).is_ok());
        assert!(check(&format!("{body}x"), &attributes, 1_024).is_err());
    }
}
