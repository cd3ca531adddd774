//! Invented names of people, brands and products, and project names made from them. No real person or brand.

use chrono::{Datelike, NaiveDate};

use super::rng::SeededRng;

/// Number of distinct people's names.
pub(super) const PEOPLE: usize = FIRST_NAMES.len() * LAST_NAMES.len();

const FIRST_NAMES: [&str; 48] = [
    "Avery", "Blake", "Casey", "Drew", "Ellis", "Finley", "Gray", "Harper", "Indigo", "Jules", "Kai", "Lane", "Morgan",
    "Noel", "Oakley", "Parker", "Quinn", "Reese", "Sage", "Tatum", "Uma", "Vale", "Wren", "Xen", "Yael", "Zion",
    "Arden", "Briar", "Corin", "Dana", "Emery", "Frankie", "Greer", "Hollis", "Imani", "Jordan", "Kendall", "Lennon",
    "Marlow", "Nico", "Onyx", "Peyton", "Remy", "Shiloh", "Teagan", "Umber", "Vesper", "Winslow",
];

const LAST_NAMES: [&str; 48] = [
    "Quill",
    "Marsh",
    "Fenn",
    "Thorne",
    "Brook",
    "Calder",
    "Dune",
    "Ember",
    "Frost",
    "Glade",
    "Heath",
    "Isle",
    "Jasper",
    "Knoll",
    "Lark",
    "Moor",
    "North",
    "Orchard",
    "Pike",
    "Ridge",
    "Stone",
    "Teal",
    "Underhill",
    "Vail",
    "Wick",
    "Yarrow",
    "Ash",
    "Birch",
    "Cove",
    "Dale",
    "Elm",
    "Field",
    "Grove",
    "Hollow",
    "Ivory",
    "Juniper",
    "Kestrel",
    "Linden",
    "Meadow",
    "Nettle",
    "Oakes",
    "Pond",
    "Reed",
    "Sparrow",
    "Tarn",
    "Vine",
    "Willow",
    "Zephyr",
];

const BRANDS: [&str; 14] = [
    "Norvale",
    "Ghostly",
    "Trillmark",
    "Pineco",
    "Sundrop",
    "Harborlight",
    "Bluefern",
    "Oatwell",
    "Kettleworth",
    "Maplerow",
    "Tidewater",
    "Goldfinch",
    "Copperpan",
    "Larkfield",
];

const PRODUCTS: [&str; 44] = [
    "Cherry Salad",
    "Maple Cake",
    "Truffles",
    "Orange Juice",
    "Popcorn",
    "Granola",
    "Coffee Pods",
    "Sparkling Water",
    "Lunch Kit",
    "Vanilla Shake",
    "Fruit Snacks",
    "Breakfast Bar",
    "Potato Salad",
    "Buffalo Wing",
    "Chicken Strips",
    "Pecan Bread",
    "Muffin Bar",
    "Cheddar Puffs",
    "Protein Drink",
    "Egg White Bites",
    "Crescent Rolls",
    "Gyro Meat",
    "Broccoli Bites",
    "Avocado Cup",
    "Trail Mix",
    "Lemon Tart",
    "Pita Chips",
    "Tomato Soup",
    "Rice Bowl",
    "Iced Coffee",
    "Blueberry Muffin",
    "Salsa Verde",
    "Turkey Slices",
    "Kettle Chips",
    "Yogurt Tubes",
    "Pasta Salad",
    "Energy Bar",
    "Mango Slices",
    "Olive Bread",
    "Apple Cider",
    "Pretzel Bites",
    "Honey Butter",
    "Spinach Dip",
    "Smoked Sausage",
];

const GOODS: [&str; 8] = [
    "Toilet Wand",
    "Plastic Wrap",
    "Dish Soap",
    "Garlic and Herb",
    "Variety Pack",
    "Laundry Rinse",
    "Paper Towels",
    "Green Seasoning",
];

/// The name of the person with this index. The first [`PEOPLE`] names differ.
pub(super) fn person(at: usize) -> String {
    // The stride and the number of names have no common factor, so each name is used once.
    let at = (at * 1021) % PEOPLE;
    format!("{} {}", FIRST_NAMES[at % FIRST_NAMES.len()], LAST_NAMES[at / FIRST_NAMES.len()])
}

/// The title of a Core event before its event number, such as `619044-LKD-AF-Cherry Salad`. `LKD` means that the event is
/// locked to one day.
pub(super) fn demo(is_one_day: bool, rng: &mut SeededRng) -> String {
    let project = 615_000 + rng.number(0..=7_999);
    let locked = if is_one_day { "LKD-" } else { "" };
    let programme = match rng.weighted(&[(30, "AF"), (25, "CF"), (12, "MAP"), (4, "INTERACTDEMO-CF"), (29, "")]) {
        "" => rng.pick(&BRANDS),
        code => code,
    };
    let second = if rng.chance(25) { format!(" / {}", rng.pick(&PRODUCTS)) } else { String::new() };
    format!("{project}-{locked}{programme}-{}{second}", rng.pick(&PRODUCTS))
}

/// The title of a digital demo before its event number, such as `01.14-DD-Norvale-Dish Soap`.
pub(super) fn digital(day: NaiveDate, rng: &mut SeededRng) -> String {
    format!("{}-DD-{}-{}", dotted(day), rng.pick(&BRANDS), rng.pick(&GOODS))
}

/// The title and the ending of a Freeosk visit. In upper case all endings contain `FREEOSK`, and some `SETUP` or `REFRESH`.
pub(super) fn freeosk(day: NaiveDate, rng: &mut SeededRng) -> (String, &'static str) {
    let day = dotted(day);
    let goods = format!("{} {}", rng.pick(&BRANDS), rng.pick(&GOODS));
    match rng.weighted(&[(45, 0), (30, 1), (9, 2), (9, 3), (7, 4)]) {
        0 => (format!("{day}-LKD-FSK-Daily Service-11AM"), "V2 - Freeosk"),
        1 => (format!("{day}-LKD-FSK-2ndRefill-3PM"), "V2 - Freeosk"),
        2 => (format!("{day}-LKD-FSK-{goods}-Setup"), "V2 - Freeosk Setup"),
        3 => (format!("{day}-LKD-FSK-{goods}-Refresh"), "V2 - Freeosk Refresh"),
        _ => (format!("{day}-FSK-{goods}-Audit-60mins"), "Freeosk"),
    }
}

/// The title and the ending of a short Other event. A club survey has no ending and no event number.
pub(super) fn other(day: NaiveDate, rng: &mut SeededRng) -> (String, Option<&'static str>) {
    match rng.below(4) {
        0 => (format!("{} CS Survey - Club Choice", dotted(day)), None),
        1 => (format!("{} CS Survey - {}", dotted(day), rng.pick(&PRODUCTS)), None),
        2 => {
            let project = 615_000 + rng.number(0..=7_999);
            (format!("{project}-VP-{} {}", rng.pick(&BRANDS), rng.pick(&GOODS)), Some("Vendor Performed"))
        }
        _ => {
            let product = rng.pick(&PRODUCTS);
            (format!("{} - {product} - Merch Support - 60 mins-POPUP", dotted(day)), Some("Team Member"))
        }
    }
}

/// `MM.DD`, the date format of digital demos and Freeosk visits.
fn dotted(day: NaiveDate) -> String {
    format!("{:02}.{:02}", day.month(), day.day())
}

/// `MM-DD`, the date format of juicer events.
pub(super) fn dashed(day: NaiveDate) -> String {
    format!("{:02}-{:02}", day.month(), day.day())
}
