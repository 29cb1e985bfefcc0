//! The address of a client: that of the peer, or the one that trusted proxies report.
//!
//! Each proxy adds the address of its own peer at the right end of `Forwarded` (RFC 7239) or `X-Forwarded-For`.
//! Everything to the left of the entries of trusted proxies comes from the client, which can write anything there. So
//! the server reads the headers from the right, up to the first address that does not belong to a trusted proxy.

use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::net::{IpAddr, SocketAddr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies whose headers are trusted. In the settings it is a list of addresses and networks (`10.0.0.0/8`), or
/// such a list as one text with commas.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TrustedProxies(Vec<IpNet>);

impl<'de> Deserialize<'de> for TrustedProxies {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            List(Vec<String>),
            Text(String),
        }
        let entries = match Written::deserialize(from)? {
            Written::List(entries) => entries,
            Written::Text(text) => text.split(',').map(str::to_owned).collect(),
        };
        let entries = entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty());
        let network = |entry: &str| {
            let network = entry.parse::<IpNet>().ok();
            network.or_else(|| entry.parse::<IpAddr>().ok().map(IpNet::from)).ok_or_else(|| {
                D::Error::custom(format!("{entry} is not an address or a network such as 10.0.0.0/8"))
            })
        };
        Ok(Self(entries.map(network).collect::<Result<_, _>>()?))
    }
}

impl TrustedProxies {
    /// Whether an address is that of a trusted proxy.
    pub(super) fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Returns the client behind a peer: the first address from the right that does not belong to a trusted proxy.
    ///
    /// If a proxy gives no address (`unknown`, or a name that hides it), the client counts as that proxy. A proxy that
    /// writes one of the two headers forwards the other one as the client wrote it. So if both are present and
    /// disagree, neither is used.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        let by = |name: HeaderName, read: fn(&str) -> Option<IpAddr>| {
            headers.contains_key(&name).then(|| self.client_behind(peer, &entries(headers, name), read))
        };
        match (by(header::FORWARDED, forwarded_for), by(X_FORWARDED_FOR, address)) {
            (Some(one), Some(other)) if one != other => peer,
            (Some(client), _) | (None, Some(client)) => client,
            (None, None) => peer,
        }
    }

    fn client_behind(&self, peer: IpAddr, entries: &[String], read: fn(&str) -> Option<IpAddr>) -> IpAddr {
        let mut client = peer;
        for entry in entries.iter().rev() {
            if !self.trusts(client) {
                break;
            }
            match read(entry) {
                Some(address) => client = address,
                None => break,
            }
        }
        client
    }
}

/// The entries of a header that may occur several times, in order. A comma in quotes is no separator. A line that is
/// not text is one unreadable entry.
fn entries(headers: &HeaderMap, name: HeaderName) -> Vec<String> {
    let mut entries = Vec::new();
    for line in headers.get_all(name) {
        let mut quoted = false;
        let of_line = line.to_str().unwrap_or_default().split(|letter| {
            quoted ^= letter == '"';
            letter == ',' && !quoted
        });
        entries.extend(of_line.map(|entry| entry.trim().to_owned()));
    }
    entries
}

/// The address in `for` of an entry of `Forwarded`, such as `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_for(entry: &str) -> Option<IpAddr> {
    let mut named = entry.split(';').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(value.trim())
    });
    let value = named.next()?;
    // The standard allows only one.
    if named.next().is_some() {
        return None;
    }
    let unquoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    address(unquoted.unwrap_or(value))
}

/// An address with or without a port, IPv6 with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(list: &str) -> TrustedProxies {
        serde_json::from_value(serde_json::json!(list)).expect("a list")
    }

    fn client(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().expect("a header"));
        }
        let proxies = proxies("10.0.0.0/8, 192.0.2.1, 2001:db8:ffff::/48");
        proxies.client(peer.parse().expect("an address"), &map).to_string()
    }

    const FORWARDED: &str = "forwarded";
    const FOR: &str = "x-forwarded-for";

    #[test]
    fn headers_of_untrusted_peers_are_ignored() {
        assert_eq!(client("203.0.113.9", &[(FOR, "198.51.100.1")]), "203.0.113.9");
        assert_eq!(client("203.0.113.9", &[(FORWARDED, "for=198.51.100.1")]), "203.0.113.9");
        assert_eq!(client("::ffff:203.0.113.9", &[(FOR, "198.51.100.1")]), "203.0.113.9");
        // Negative control: the same header from a trusted proxy.
        assert_eq!(client("10.1.2.3", &[(FOR, "198.51.100.1")]), "198.51.100.1");
        assert_eq!(client("::ffff:10.1.2.3", &[(FOR, "198.51.100.1")]), "198.51.100.1");
        assert_eq!(client("10.1.2.3", &[]), "10.1.2.3");
    }

    #[test]
    fn only_addresses_that_proxies_added_are_believed() {
        assert_eq!(client("10.1.2.3", &[(FOR, "127.0.0.1, 198.51.100.1")]), "198.51.100.1");
        assert_eq!(client("10.1.2.3", &[(FOR, "127.0.0.1, 198.51.100.1, 192.0.2.1")]), "198.51.100.1");
        assert_eq!(client("10.1.2.3", &[(FOR, "127.0.0.1"), (FOR, "198.51.100.1")]), "198.51.100.1");
        assert_eq!(client("10.1.2.3", &[(FORWARDED, "for=127.0.0.1, for=198.51.100.1")]), "198.51.100.1");
        // All are proxies: the client is one of them.
        assert_eq!(client("10.1.2.3", &[(FOR, "10.9.9.9, 192.0.2.1")]), "10.9.9.9");
    }

    #[test]
    fn all_notations_of_an_address_are_read() {
        for (value, expected) in [
            ("for=198.51.100.1", "198.51.100.1"),
            ("For=\"198.51.100.1:4711\";proto=https", "198.51.100.1"),
            ("proto=https; for=\"[2001:db8:1::5]:4711\" ; by=10.0.0.1", "2001:db8:1::5"),
            ("for=\"[2001:db8:1::5]\"", "2001:db8:1::5"),
            ("for=\"[::ffff:198.51.100.1]\"", "198.51.100.1"),
            ("by=\"a,b\";for=198.51.100.1", "198.51.100.1"),
        ] {
            assert_eq!(client("10.1.2.3", &[(FORWARDED, value)]), expected, "{value}");
        }
        for value in ["2001:db8:1::5", "[2001:db8:1::5]", "[2001:db8:1::5]:80"] {
            assert_eq!(client("10.1.2.3", &[(FOR, value)]), "2001:db8:1::5", "{value}");
        }
        assert_eq!(client("2001:db8:ffff::1", &[(FOR, "198.51.100.1:80")]), "198.51.100.1");
    }

    #[test]
    fn an_unknown_client_counts_as_the_proxy_that_hides_it() {
        for value in ["for=unknown", "for=_hidden", "proto=https", "", "for=1.2.3.4;for=5.6.7.8", "for=x, "] {
            assert_eq!(client("10.1.2.3", &[(FORWARDED, value)]), "10.1.2.3", "{value}");
        }
        assert_eq!(client("10.1.2.3", &[(FOR, "198.51.100.1, unknown, 192.0.2.1")]), "192.0.2.1");
    }

    #[test]
    fn two_headers_that_disagree_are_not_believed() {
        let spoofed = [(FORWARDED, "for=127.0.0.1"), (FOR, "198.51.100.1")];
        assert_eq!(client("10.1.2.3", &spoofed), "10.1.2.3");
        let agreed = [(FORWARDED, "for=198.51.100.1"), (FOR, "198.51.100.1")];
        assert_eq!(client("10.1.2.3", &agreed), "198.51.100.1");
    }

    #[test]
    fn the_setting_is_a_list_or_a_text() {
        let listed = serde_json::json!(["10.0.0.0/8", "192.0.2.1"]);
        let listed: TrustedProxies = serde_json::from_value(listed).expect("a list");
        assert_eq!(listed, proxies("10.0.0.0/8,192.0.2.1"));
        assert_eq!(proxies(""), TrustedProxies::default());
        let wrong = serde_json::from_value::<TrustedProxies>(serde_json::json!("10.0.0.0/33"));
        assert!(wrong.expect_err("no network").to_string().contains("10.0.0.0/33"));
    }
}
