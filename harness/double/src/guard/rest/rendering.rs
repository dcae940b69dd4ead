//! The claims as the backend of a REST API sees them: everything is text (`rest.backend.claims-are-strings`).

use serde_json::{Map, Value};

use crate::call::Call;
use crate::fault::Fault;

use super::super::verify::Claims;

/// The claims below `requestContext.authorizer.claims`.
pub(super) fn claims(call: &Call<'_>, claims: &Claims) -> Map<String, Value> {
    claims.iter().map(|(name, value)| (name.clone(), rendered(call, name, value))).collect()
}

fn rendered(call: &Call<'_>, name: &str, value: &Value) -> Value {
    match (name, value) {
        // `rest.backend.exp-iat-as-dates`
        ("exp" | "iat", Value::Number(seconds)) if call.has(Fault::GUARD_REST_ISO_DATES) => {
            seconds.as_u64().map_or_else(|| seconds.to_string(), iso_date).into()
        }
        ("iat", _) if call.has(Fault::GUARD_REST_IAT_AS_NUMBER) => text(value).into(),
        ("exp" | "iat", Value::Number(seconds)) if !call.has(Fault::GUARD_REST_DATES_AS_NUMBERS) => {
            seconds.as_u64().map_or_else(|| seconds.to_string(), date).into()
        }
        (_, Value::Number(_)) if call.has(Fault::GUARD_REST_NUMBERS_KEPT) => value.clone(),
        (_, Value::Bool(_)) if call.has(Fault::GUARD_REST_BOOLEANS_KEPT) => value.clone(),
        (_, Value::Array(items)) if call.has(Fault::GUARD_REST_GROUPS_IN_BRACKETS) => {
            format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(" ")).into()
        }
        _ => text(value).into(),
    }
}

/// A list is the text of its members, without brackets (`rest.backend.groups-rendering`,
/// `rest.backend.identities-rendering`). Of several members the separator was not seen; a comma is what is told.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// Such as `Mon Jun 15 05:56:21 UTC 2026`, the form of Java's dates.
fn date(seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let weekday = DAYS[usize::try_from(days % 7).unwrap_or_default()];
    let month = MONTHS[month];
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{weekday} {month} {day:02} {hour:02}:{minute:02}:{second:02} UTC {year}")
}

/// Such as `2026-06-15T05:56:21Z` (RFC 3339): not what REST APIs show.
fn iso_date(seconds: u64) -> String {
    let (year, month, day) = civil(seconds / 86_400);
    let second = seconds % 86_400;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1)
}

/// Year, month from zero, and day of a day since the epoch, in the Gregorian calendar.
fn civil(days: u64) -> (u64, usize, u64) {
    let is_leap = |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    // Whole cycles of 400 years have 146097 days.
    let mut year = 1970 + days / 146_097 * 400;
    let mut left = days % 146_097;
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if left < length {
            break;
        }
        left -= length;
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while left >= lengths[month] {
        left -= lengths[month];
        month += 1;
    }
    (year, month, left + 1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dates_are_those_of_java() {
        for (seconds, expected) in [
            (0, "Thu Jan 01 00:00:00 UTC 1970"),
            (1_781_502_981, "Mon Jun 15 05:56:21 UTC 2026"),
            (951_782_400, "Tue Feb 29 00:00:00 UTC 2000"),
            (4_107_542_399, "Sun Feb 28 23:59:59 UTC 2100"),
            (4_107_542_400, "Mon Mar 01 00:00:00 UTC 2100"),
            (1_798_761_599, "Thu Dec 31 23:59:59 UTC 2026"),
        ] {
            assert_eq!(date(seconds), expected);
        }
    }

    #[test]
    fn everything_is_text() {
        for (value, expected) in [
            (json!("a"), "a"),
            (json!(1_787_996_002), "1787996002"),
            (json!(true), "true"),
            (json!(["admins"]), "admins"),
            (json!(["a", "b"]), "a,b"),
            (json!([{ "userId": "1" }]), "{\"userId\":\"1\"}"),
        ] {
            assert_eq!(text(&value), expected);
        }
    }
}
