//! The kernels compiled for the machine that there is: found out when the program runs, not when it is built.

use super::code::{Instruction, Lanes};
use super::kernel;

/// Which instructions this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Machine {
    /// What every machine of its sort has.
    Common,
    /// Four lanes at a time.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Eight lanes at a time.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Machine {
    /// The one that this program runs on.
    pub(super) fn here() -> Machine {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
            {
                return Machine::Avx512;
            }
            if is_x86_feature_detected!("avx2") {
                return Machine::Avx2;
            }
        }
        Machine::Common
    }

    /// Runs the steps over the first `n` lanes; `false` when one of them has no value.
    #[expect(unsafe_code, reason = "instructions that not every machine has")]
    pub(super) fn run(
        self,
        code: &[Instruction],
        registers: &mut [Box<Lanes>],
        spare: &mut Box<Lanes>,
        n: usize,
    ) -> bool {
        match self {
            Machine::Common => kernel::run(code, registers, spare, n),
            // SAFETY: `here`, which alone makes this value, has seen that the machine has AVX2.
            #[cfg(target_arch = "x86_64")]
            Machine::Avx2 => unsafe { avx2(code, registers, spare, n) },
            // SAFETY: `here`, which alone makes this value, has seen that the machine has these three.
            #[cfg(target_arch = "x86_64")]
            Machine::Avx512 => unsafe { avx512(code, registers, spare, n) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(code: &[Instruction], registers: &mut [Box<Lanes>], spare: &mut Box<Lanes>, n: usize) -> bool {
    kernel::run(code, registers, spare, n)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl")]
fn avx512(code: &[Instruction], registers: &mut [Box<Lanes>], spare: &mut Box<Lanes>, n: usize) -> bool {
    kernel::run(code, registers, spare, n)
}
