//! The debts that the nightly count stores: only those that changed are written, and unreadable ones are replaced.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::snapshot::{Debt, EmployeeId};

use crate::setup::TestTable;

fn debt(employee: &str, debt: f64) -> Debt {
    Debt { employee_id: EmployeeId(employee.to_owned()), debt }
}

/// Replaces the stored debt of a person by an item that cannot be read; without a version if none is given.
async fn damage(test: &TestTable, employee: &str, version: Option<u64>) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let mut item = HashMap::from([
        ("pk".to_owned(), text("CLUB#8135")),
        ("sk".to_owned(), text(&format!("DEBT#{employee}"))),
        ("body".to_owned(), text("{")),
    ]);
    item.extend(version.map(|version| ("version".to_owned(), AttributeValue::N(version.to_string()))));
    test.raw.put_item().table_name(&test.name).set_item(Some(item)).send().await.expect("put");
}

#[tokio::test]
async fn a_stored_debt_that_cannot_be_read_is_replaced_or_deleted() {
    let test = TestTable::empty().await;
    let debts = [debt("E01", 1.5), debt("E02", -0.5), debt("E03", 0.25)];
    assert_eq!(test.club().put_debts(&debts).await, Ok(3));
    assert_eq!(test.club().put_debts(&debts).await, Ok(0), "equal debts are not written");
    damage(&test, "E01", None).await;
    damage(&test, "E02", Some(7)).await;
    damage(&test, "E98", None).await;
    damage(&test, "E99", Some(7)).await;
    assert_eq!(test.club().put_debts(&debts).await, Ok(4));
    assert_eq!(test.club().put_debts(&debts).await, Ok(0), "every debt can be read again, and no other is left");
    assert_eq!(test.club().put_debts(&debts[1..]).await, Ok(1));
}
