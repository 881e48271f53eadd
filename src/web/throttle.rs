//! How often somebody may try to sign in: per address and per account name, so that neither one machine nor one name can be
//! hammered.
//!
//! Invariant: known and unknown names are limited alike; the tables are swept, so strangers cannot grow them without end.

use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Tries of one address before waiting: an office behind one address signs in in the morning.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(40).expect("40 is not 0");
/// Tries for one account before waiting. The store counts *wrong* ones and locks sooner; this bounds the hashing.
const PER_NAME: NonZeroU32 = NonZeroU32::new(12).expect("12 is not 0");
/// One more try per account is earned in this time.
const NAME_REFILL: Duration = Duration::from_mins(1);
/// One more try per address is earned in this time.
const ADDRESS_REFILL: Duration = Duration::from_secs(10);
/// Keys kept before a sweep, and above which new keys are refused until old ones fade.
const MOST_KEYS: usize = 20_000;

/// The limits of the sign-in.
pub struct Throttle {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    names: DefaultKeyedRateLimiter<u64>,
    hasher: RandomState,
    clock: DefaultClock,
}

impl Throttle {
    /// Fresh limits.
    pub fn new() -> Self {
        let quota = |refill, burst| {
            Quota::with_period(refill).map_or_else(|| Quota::per_minute(burst), |quota| quota.allow_burst(burst))
        };
        Self {
            addresses: RateLimiter::keyed(quota(ADDRESS_REFILL, PER_ADDRESS)),
            names: RateLimiter::keyed(quota(NAME_REFILL, PER_NAME)),
            hasher: RandomState::new(),
            clock: DefaultClock::default(),
        }
    }

    /// Takes one try, or says how long to wait.
    pub fn attempt(&self, address: Option<IpAddr>, name: &str) -> Result<(), Duration> {
        self.sweep()?;
        let address = network(address.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)));
        let name = self.hasher.hash_one(name.trim().to_lowercase());
        let wait = |refused: governor::NotUntil<_>| refused.wait_time_from(self.clock.now());
        self.addresses.check_key(&address).map_err(wait)?;
        self.names.check_key(&name).map_err(wait)
    }

    fn sweep(&self) -> Result<(), Duration> {
        if self.addresses.len() + self.names.len() < MOST_KEYS {
            return Ok(());
        }
        self.addresses.retain_recent();
        self.names.retain_recent();
        self.addresses.shrink_to_fit();
        self.names.shrink_to_fit();
        if self.addresses.len() + self.names.len() < MOST_KEYS {
            Ok(())
        } else {
            Err(ADDRESS_REFILL)
        }
    }
}

/// A caller owns a whole /64 of IPv6: it counts as one address.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        },
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_held_back_from_many_addresses() {
        let throttle = Throttle::new();
        let tries = (0..20)
            .filter(|i| throttle.attempt(Some(IpAddr::from([10, 0, 0, *i])), "Sri").is_ok())
            .count();
        assert_eq!(tries, 12);
        assert!(
            throttle
                .attempt(Some(IpAddr::from([10, 0, 0, 99])), " sri ")
                .unwrap_err()
                > Duration::from_secs(30)
        );
        assert!(throttle.attempt(Some(IpAddr::from([10, 0, 0, 99])), "budi").is_ok());
    }

    #[test]
    fn one_address_is_held_back_whatever_the_name() {
        let throttle = Throttle::new();
        let from = Some("2001:db8::1".parse().unwrap());
        let tries = (0..50)
            .filter(|i| throttle.attempt(from, &format!("n{i}")).is_ok())
            .count();
        assert_eq!(tries, 40);
        assert!(throttle.attempt(Some("2001:db8::ffff".parse().unwrap()), "x").is_err());
    }
}
