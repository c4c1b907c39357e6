//! Where a light process is, in three numbers.

#[cfg(not(target_pointer_width = "64"))]
compile_error!("a waker holds three numbers in 64 bits");

/// A light process: its worker, its place there, and which of the processes that had that place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) worker: u16,
    pub(super) generation: u16,
    pub(super) slot: u32,
}

impl Address {
    /// In 64 bits.
    #[inline]
    pub(super) fn pack(self) -> u64 {
        u64::from(self.worker) << 48 | u64::from(self.generation) << 32 | u64::from(self.slot)
    }

    /// Out of them.
    #[inline]
    pub(super) fn of(bits: u64) -> Address {
        Address { worker: (bits >> 48) as u16, generation: (bits >> 32) as u16, slot: bits as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_comes_back_as_it_was() {
        let address = Address { worker: 1023, generation: u16::MAX, slot: u32::MAX - 1 };
        assert_eq!(Address::of(address.pack()), address);
    }
}
