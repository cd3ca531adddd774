//! Parses project names: the event number that pairs events, and the product of a Core (rulebook section 2).

/// Default programme codes. They are not products.
pub const PROGRAMME_CODES: [&str; 6] = ["LKD", "CF", "AF", "MAP", "MAPPS", "INTERACTDEMO"];

/// The event number: 9 to 12 digits in parentheses, otherwise the first 6 digits of the first run of at least 6.
pub fn event_number(name: &str) -> Option<&str> {
    in_parentheses(name).or_else(|| digit_runs(name).find(|run| run.len() >= 6).map(|run| &run[..6]))
}

fn in_parentheses(name: &str) -> Option<&str> {
    name.match_indices('(').find_map(|(open, _)| {
        let inside = &name[open + 1..];
        let number = &inside[..inside.find(|c: char| !c.is_ascii_digit())?];
        ((9..=12).contains(&number.len()) && inside[number.len()..].starts_with(')')).then_some(number)
    })
}

fn digit_runs(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty())
}

/// The product of a Core event's name, upper-case; `None` if only programme codes are left.
pub fn product(name: &str, programme_codes: &[String]) -> Option<String> {
    let name = after_leading_number(name);
    let name = name.split('(').next().unwrap_or_default().to_uppercase();
    name.split(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .find(|part| !programme_codes.iter().any(|code| code == part))
        .map(str::to_owned)
}

fn after_leading_number(name: &str) -> &str {
    let rest = name.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == name.trim_start().len() {
        return name;
    }
    rest.trim_start().strip_prefix('-').unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_parentheses_comes_before_the_leading_one() {
        let rows = [
            ("619044-LKD-AF-CherryPistachSalad (251208539497) - V2-CORE", Some("251208539497")),
            ("619044-LKD (12345678) x", Some("619044")),
            ("619044-LKD (1234567890123)", Some("619044")),
            ("Wk 47 (x251208539497) 61904412", Some("251208")),
            ("(1) (251208539)", Some("251208539")),
            ("12345", None),
            ("", None),
            ("(", None),
            ("(123456789", Some("123456")),
        ];
        for (name, number) in rows {
            assert_eq!(event_number(name), number, "{name}");
        }
    }

    #[test]
    fn the_product_is_the_first_part_that_is_not_a_programme_code() {
        let codes: Vec<String> = PROGRAMME_CODES.map(str::to_owned).to_vec();
        let rows = [
            ("619044-LKD-AF-CherryPistachSalad (25) - V2-CORE", Some("CHERRYPISTACHSALAD")),
            ("619044-LKD-AF-Cherry Salad (25)", Some("CHERRY")),
            ("619044-Map-Mapps-Oat/Bar", Some("OAT")),
            ("619044-LKD-AF (Cherry)", None),
            ("619044-", None),
            ("619044 Cherry", Some("619044")),
            ("Cherry-LKD", Some("CHERRY")),
            ("619044-7Up LKD", Some("7UP")),
            ("", None),
        ];
        for (name, expected) in rows {
            assert_eq!(product(name, &codes).as_deref(), expected, "{name}");
        }
    }
}
