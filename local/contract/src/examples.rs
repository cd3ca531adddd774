//! Adds examples to the routes: requests as they were sent, with their answers.

use serde_json::Value;

/// One request and its answer.
#[derive(Debug, Clone)]
pub struct Example {
    /// The operation.
    pub operation_id: String,
    /// The body of the request; null if there is none.
    pub request: Value,
    /// The status of the answer.
    pub status: u16,
    /// The body of the answer.
    pub answer: Value,
}

/// Adds each example to its route.
pub fn add(document: &mut Value, examples: &[Example]) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    let operations = paths.values_mut().filter_map(Value::as_object_mut).flat_map(|path| path.values_mut());
    for operation in operations {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        for example in examples.iter().filter(|example| example.operation_id == id) {
            if !example.request.is_null() {
                set_example(operation.get_mut("requestBody"), &example.request);
            }
            set_example(operation["responses"].get_mut(example.status.to_string()), &example.answer);
        }
    }
}

fn set_example(side: Option<&mut Value>, example: &Value) {
    if let Some(content) = side.and_then(|side| side.pointer_mut("/content/application~1json")) {
        content["example"] = example.clone();
    }
}
