//! Documents against the schemas that are published with them.

use serde_json::Value;

/// Holds a value against the part of JSON Schema that ours uses.
pub(crate) fn check(schema: &Value, value: &Value, root: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let definition = &root["$defs"][name.strip_prefix("#/$defs/").unwrap()];
        assert!(definition.is_object(), "{name} is not defined");
        return check(definition, value, root, place);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        // Ours are "null or this".
        assert_eq!(choices[0]["type"], "null");
        if !value.is_null() {
            check(&choices[1], value, root, place);
        }
        return;
    }
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(allowed.contains(value), "{place}: {value} is not listed");
    }
    if let Some(only) = schema.get("const") {
        assert_eq!(only, value, "{place}");
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types = &schema["type"];
    assert!(
        types == kind || types.as_array().is_some_and(|all| all.contains(&kind.into())),
        "{place}: {kind}"
    );
    if let Value::Array(items) = value {
        for item in items {
            check(&schema["items"], item, root, &format!("{place}[]"));
        }
    }
    if let (Value::Object(members), Some(properties)) = (value, schema["properties"].as_object()) {
        assert_eq!(schema["additionalProperties"], false, "{place}");
        let required: Vec<&str> =
            schema["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let (mut known, mut named): (Vec<&str>, Vec<&str>) =
            (properties.keys().map(String::as_str).collect(), required);
        known.sort_unstable();
        named.sort_unstable();
        assert_eq!(known, named, "{place}: every member is always there");
        let mut present: Vec<&str> = members.keys().map(String::as_str).collect();
        present.sort_unstable();
        assert_eq!(present, known, "{place}");
        for (name, member) in members {
            check(&properties[name], member, root, &format!("{place}.{name}"));
        }
    } else if let Value::Object(members) = value {
        for (name, member) in members {
            check(&schema["additionalProperties"], member, root, &format!("{place}.{name}"));
        }
    }
}
