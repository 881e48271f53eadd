//! Which addresses may be reached: public ones on the web's ports, and those that the operator listed by address and port.
//!
//! Does: judge URLs and addresses. Does not: resolve or connect; [`super::fetch`] asks here for every request, every hop of a
//! redirect and every answer of DNS. Invariant: an address that was not judged is never dialled.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

/// The judge.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    allowed: Vec<SocketAddr>,
}

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not http or https.
    #[error("only http and https are fetched")]
    Scheme,
    /// Not 80 or 443.
    #[error("port {0} is not a port of the public web")]
    Port(u16),
    /// Not on the public internet.
    #[error("the address is not public")]
    Private,
    /// A name or password stands in the address.
    #[error("the address carries credentials")]
    Credentials,
    /// No host.
    #[error("the address has no host")]
    NoHost,
}

impl Guard {
    /// Public addresses, and these.
    pub const fn new(allowed: Vec<SocketAddr>) -> Self {
        Self { allowed }
    }

    /// Whether a URL may be asked; addresses behind a name are judged when it is resolved.
    pub fn url(&self, url: &Url) -> Result<(), Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        let port = url.port_or_known_default().ok_or(Refusal::Scheme)?;
        match url.host().ok_or(Refusal::NoHost)? {
            Host::Ipv4(ip) => self.address(SocketAddr::new(ip.into(), port)),
            Host::Ipv6(ip) => self.address(SocketAddr::new(ip.into(), port)),
            Host::Domain(_) if is_web(port) || self.ports().any(|allowed| allowed == port) => Ok(()),
            Host::Domain(_) => Err(Refusal::Port(port)),
        }
    }

    /// Whether an address may be dialled.
    pub fn address(&self, address: SocketAddr) -> Result<(), Refusal> {
        if self.allowed.contains(&address) {
            return Ok(());
        }
        if !is_public(address.ip()) {
            return Err(Refusal::Private);
        }
        if is_web(address.port()) {
            Ok(())
        } else {
            Err(Refusal::Port(address.port()))
        }
    }

    /// Ports of the addresses that the operator listed.
    pub fn ports(&self) -> impl Iterator<Item = u16> + '_ {
        self.allowed.iter().map(SocketAddr::port)
    }
}

const fn is_web(port: u16) -> bool {
    matches!(port, 80 | 443)
}

/// Whether an address is of the public internet.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

const fn is_public_v4(ip: Ipv4Addr) -> bool {
    !matches!(
        ip.octets(),
        [0 | 10 | 127 | 224..=255, ..]              // this network, private, loopback, multicast, reserved, broadcast
            | [100, 64..=127, ..]                   // shared by carriers
            | [169, 254, ..]                        // link-local, where clouds keep their secrets
            | [172, 16..=31, ..]                    // private
            | [192, 0, 0 | 2, _]                    // protocol assignments, documentation
            | [192, 88, 99, _]                      // 6to4 relays
            | [192, 168, ..]                        // private
            | [198, 18 | 19, ..]                    // benchmarks
            | [198, 51, 100, _]                     // documentation
            | [203, 0, 113, _] // documentation
    )
}

const fn is_public_v6(ip: Ipv6Addr) -> bool {
    !matches!(
        ip.segments(),
        [0, 0, 0, 0, 0, 0 | 0xffff, _, _]           // unspecified, loopback, IPv4-compatible, IPv4-mapped
            | [0, 0, 0, 0, 0xffff, ..]              // IPv4-translated
            | [0x64, 0xff9b, ..]                    // NAT64
            | [0x100, 0, 0, 0, ..]                  // discard
            | [0x2001, 0..=0x1ff | 0xdb8, ..]       // protocol assignments, Teredo, documentation
            | [0x3fff, 0..=0xfff, ..]               // documentation
            // 6to4, segment routing, unique local, link-local, site-local, multicast
            | [0x2002 | 0x5f00 | 0xfc00..=0xfdff | 0xfe80..=0xffff, ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(url: &str) -> Result<(), Refusal> {
        Guard::default().url(&Url::parse(url).unwrap())
    }

    #[test]
    fn literals_of_private_addresses_are_refused_however_they_are_written() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://0177.0.0.1/",
            "http://127.0.0.1./",
            "http://0.0.0.0/",
            "http://10.1.2.3/",
            "http://100.64.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://172.31.255.255/",
            "http://192.0.0.8/",
            "http://192.168.1.1/",
            "http://198.19.0.1/",
            "http://224.0.0.1/",
            "http://240.0.0.1/",
            "http://255.255.255.255/",
            "http://[::]/",
            "http://[::1]/",
            "http://[::7f00:1]/",
            "http://[::ffff:7f00:1]/",
            "http://[::ffff:8.8.8.8]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2001:db8::1]/",
            "http://[2001::1]/",
            "http://[2002:7f00:1::]/",
            "http://[fc00::1]/",
            "http://[fd12::1]/",
            "http://[fe80::1]/",
            "http://[fec0::1]/",
            "http://[ff02::1]/",
        ] {
            assert_eq!(judge(url), Err(Refusal::Private), "{url}");
        }
    }

    #[test]
    fn public_addresses_are_reached_on_the_ports_of_the_web_only() {
        for url in [
            "http://8.8.8.8/",
            "https://[2606:4700::1111]/",
            "https://example.org/",
            "http://example.org:443/",
        ] {
            assert_eq!(judge(url), Ok(()), "{url}");
        }
        assert_eq!(judge("http://8.8.8.8:22/"), Err(Refusal::Port(22)));
        assert_eq!(judge("http://example.org:6379/"), Err(Refusal::Port(6379)));
        assert_eq!(judge("ftp://example.org/"), Err(Refusal::Scheme));
        assert_eq!(judge("file:///etc/passwd"), Err(Refusal::Scheme));
        assert_eq!(judge("http://a:b@example.org/"), Err(Refusal::Credentials));
    }

    #[test]
    fn a_listed_address_is_reached_on_its_port_alone() {
        let guard = Guard::new(vec!["127.0.0.1:8090".parse().unwrap()]);
        let judge = |url: &str| guard.url(&Url::parse(url).unwrap());
        assert_eq!(judge("http://127.0.0.1:8090/feed"), Ok(()));
        assert_eq!(judge("http://127.0.0.1/"), Err(Refusal::Private));
        assert_eq!(judge("http://127.0.0.2:8090/"), Err(Refusal::Private));
        assert_eq!(judge("http://8.8.8.8:8090/"), Err(Refusal::Port(8090)));
    }
}
