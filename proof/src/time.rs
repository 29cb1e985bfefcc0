//! Times in microseconds since 1970, written as `2026-11-24T05:41:00.000000Z`. Each time has exactly one text.

use chrono::{DateTime, SecondsFormat, Utc};

/// Formats a time. A time outside the calendar's range is written as its number.
pub(crate) fn text(micros: i64) -> String {
    DateTime::<Utc>::from_timestamp_micros(micros)
        .map_or_else(|| micros.to_string(), |at| at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// Parses the text that [`text`] writes, and no other form.
pub(crate) fn parse(written: &str) -> Option<i64> {
    let micros = match DateTime::parse_from_rfc3339(written) {
        Ok(at) => at.timestamp_micros(),
        Err(_) => written.parse().ok()?,
    };
    (text(micros) == written).then_some(micros)
}

/// Serialises a time as its text.
pub(crate) mod micros {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(micros: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::text(*micros))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        let written = String::deserialize(deserializer)?;
        super::parse(&written).ok_or_else(|| D::Error::custom("a time must be YYYY-MM-DDTHH:MM:SS.ffffffZ"))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_time_survives_formatting_and_parsing() {
        for micros in [0, 1, -1, 1_795_498_860_000_000, i64::MAX, i64::MIN] {
            assert_eq!(super::parse(&super::text(micros)), Some(micros));
        }
        assert_eq!(super::text(1_795_498_860_000_000), "2026-11-24T05:41:00.000000Z");
        for other in ["2026-11-24T05:41:00Z", "2026-11-24T12:41:00.000000+07:00", "2026-11-24", "x", "01"] {
            assert_eq!(super::parse(other), None, "{other}");
        }
    }
}
