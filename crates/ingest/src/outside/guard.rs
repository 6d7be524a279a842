//! Addresses that nobody means when naming a data source: link-local ones, and those where clouds hand out the credentials of
//! the machine to whoever asks. They are refused as literals, after a name was resolved, and after redirects.
//!
//! Loopback and private addresses are allowed: that is where the data of people at home and in closed networks lives.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;

use super::error::OutsideError;
use super::settings::Settings;

/// Names by which metadata services are reached inside clouds. They may resolve to anything there, so the name is enough.
const METADATA_NAMES: [&str; 5] = [
    "metadata.google.internal",
    "metadata.goog",
    "metadata.azure.internal",
    "instance-data",
    "instance-data.ec2.internal",
];

/// Metadata services outside the link-local ranges: Alibaba Cloud, Oracle Cloud, and the host of a machine in Azure.
const METADATA_V4: [Ipv4Addr; 3] =
    [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192), Ipv4Addr::new(168, 63, 129, 16)];

/// The metadata service of Google over IPv6.
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254);

/// Where the services of AWS that hand out credentials are over IPv6, to machines (`::254`) and to pods (`::23`).
const AWS_V6: [u16; 2] = [0xfd00, 0xec2];

/// Refuses an address that is no HTTP address, or whose host is forbidden as it is written.
pub(super) fn check_uri(uri: &Uri, settings: &Settings) -> Result<(), OutsideError> {
    let host = uri.host().unwrap_or_default();
    if !matches!(uri.scheme_str(), Some("http" | "https")) || host.is_empty() {
        return Err(OutsideError::Address(format!("'{host}' is not the address of an HTTP server.")));
    }
    check_name(host, settings)
}

/// Refuses a forbidden name. Addresses are checked when they are connected to.
pub(super) fn check_name(host: &str, settings: &Settings) -> Result<(), OutsideError> {
    let name = host.trim_end_matches('.');
    let forbidden = METADATA_NAMES.iter().any(|metadata| name.eq_ignore_ascii_case(metadata));
    if forbidden && !settings.metadata_addresses {
        return Err(OutsideError::Forbidden { host: host.to_owned() });
    }
    Ok(())
}

/// Whether an address may be connected to.
pub(super) fn allowed(address: IpAddr, settings: &Settings) -> bool {
    settings.metadata_addresses
        || match address {
            IpAddr::V4(address) => !forbidden_v4(address),
            IpAddr::V6(address) => !forbidden_v6(address),
        }
}

fn forbidden_v4(address: Ipv4Addr) -> bool {
    address.is_link_local() || METADATA_V4.contains(&address)
}

fn forbidden_v6(address: Ipv6Addr) -> bool {
    address.is_unicast_link_local()
        || address == METADATA_V6
        || address.segments().starts_with(&AWS_V6)
        || embedded_v4(address).is_some_and(forbidden_v4)
}

/// The IPv4 address that an IPv6 address leads to: mapped (`::ffff:a.b.c.d`), compatible (`::a.b.c.d`), through NAT64
/// (`64:ff9b::/96`, `64:ff9b:1::/48` with the address last) or 6to4 (`2002:abcd::/16`).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, .., y, z] = address.segments();
    let of = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match (a, b) {
        (0x2002, _) => Some(of(b, c)),
        (0x64, 0xff9b) => Some(of(y, z)),
        _ => address.to_ipv4(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_address(address: &str, expected: bool) {
        assert_eq!(allowed(address.parse().unwrap(), &Settings::default()), expected, "{address}");
    }

    #[test]
    fn metadata_and_link_local_addresses_are_refused_in_every_spelling() {
        for address in [
            "169.254.169.254",
            "169.254.0.1",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
            "fe80::1",
            "febf::1",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd20:ce::254",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
        ] {
            check_address(address, false);
        }
    }

    #[test]
    fn loopback_private_and_public_addresses_are_allowed() {
        for address in [
            "127.0.0.1",
            "::1",
            "10.1.2.3",
            "192.168.0.10",
            "172.16.0.1",
            "fd00::1",
            "20.60.1.1",
            "2603:1030::1",
        ] {
            check_address(address, true);
        }
    }

    #[test]
    fn a_setting_lifts_the_guard() {
        let settings = Settings { metadata_addresses: true, ..Settings::default() };
        assert!(allowed("169.254.169.254".parse().unwrap(), &settings));
        assert_eq!(check_name("metadata.google.internal", &settings), Ok(()));
    }

    #[test]
    fn metadata_names_and_other_schemes_are_refused() {
        let settings = Settings::default();
        for uri in [
            "http://metadata.google.internal/x",
            "http://METADATA.google.internal./",
            "http://instance-data/",
        ] {
            let refused = check_uri(&uri.parse().unwrap(), &settings);
            assert!(matches!(refused, Err(OutsideError::Forbidden { .. })), "{uri}: {refused:?}");
        }
        for uri in ["ftp://example.org/", "/relative"] {
            let refused = check_uri(&uri.parse().unwrap(), &settings);
            assert!(matches!(refused, Err(OutsideError::Address(_))), "{uri}: {refused:?}");
        }
        assert_eq!(check_uri(&"https://example.org/".parse().unwrap(), &settings), Ok(()));
    }
}
