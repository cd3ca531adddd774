//! Checks that `docs/files.md` lists the columns, spellings and refusals of the code.

use files::FileRefused;
use files::record::{Need, Record};
use files::records::{
    AvailabilityRow, CorporateWeekRow, CountsRow, EmployeeRow, EventRow, LostRow, OutcomeRow, PayrollRow, RunRow,
    ScheduleRow, TimeOffRow,
};

const PAGE: &str = include_str!("../../../../docs/files.md");

/// Asserts that the page lists the columns of a kind of row, and for imports also the spellings and keys.
fn assert_on_page<R: Record>(is_import: bool) {
    for column in R::COLUMNS {
        let name = R::NAME;
        assert!(PAGE.contains(column.heading) || !is_import, "{name}: {}", column.heading);
        assert!(is_import || PAGE.contains(column.heading) || name == "Weekly Report", "{name}: {}", column.heading);
        for spelling in column.spellings {
            assert!(PAGE.contains(spelling), "{name}: {spelling}");
        }
        let star = if column.need == Need::Needed { "*" } else { "" };
        let row = format!("| `{}`{star} | {} |", column.key, column.heading);
        let is_weekday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(&column.key);
        let is_optional_id = name == ScheduleRow::NAME && column.key == "employee_id";
        assert!(!is_import || is_weekday || is_optional_id || PAGE.contains(&row), "{name}: {row}");
    }
}

#[test]
fn the_page_names_every_column_spelling_and_code() {
    assert_on_page::<EventRow>(true);
    assert_on_page::<ScheduleRow>(true);
    assert_on_page::<EmployeeRow>(true);
    assert_on_page::<AvailabilityRow>(true);
    assert_on_page::<TimeOffRow>(true);
    assert_on_page::<PayrollRow>(false);
    assert_on_page::<RunRow>(false);
    assert_on_page::<LostRow>(false);
    assert_on_page::<CorporateWeekRow>(false);
    assert_on_page::<OutcomeRow>(false);
    assert_on_page::<CountsRow>(false);
    for refused in [
        FileRefused::Empty,
        FileRefused::TooLarge,
        FileRefused::ContentTooLarge,
        FileRefused::NotASpreadsheet,
        FileRefused::OldOrLocked,
        FileRefused::Damaged,
        FileRefused::Unsafe,
        FileRefused::TooManyRows,
        FileRefused::TooManyColumns(1),
        FileRefused::MissingColumns(Vec::new()),
        FileRefused::BrokenQuotes(1),
        FileRefused::RepeatedColumn(String::new()),
        FileRefused::UnknownField(String::new()),
    ] {
        assert!(PAGE.contains(&format!("| `{}` |", refused.code())), "{}", refused.code());
    }
}
