//! Loops compiled for the machine that there is: found out when the program runs, not when it is built.

/// Loops over many values. `run` and all that it calls are to be `#[inline(always)]`: only what stands in one function
/// is compiled for its machine.
pub(super) trait Work {
    type Out;

    fn run(self) -> Self::Out;
}

/// Which instructions this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Machine {
    /// What every machine of its sort has.
    Common,
    /// 32 bytes at a time.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 64 bytes at a time.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Machine {
    /// The one that this program runs on.
    pub(super) fn here() -> Machine {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
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

    /// Does the work.
    #[expect(unsafe_code, reason = "instructions that not every machine has")]
    pub(super) fn run<W: Work>(self, work: W) -> W::Out {
        match self {
            Machine::Common => work.run(),
            // SAFETY: `here`, which alone makes this value, has seen that the machine has AVX2.
            #[cfg(target_arch = "x86_64")]
            Machine::Avx2 => unsafe { avx2(work) },
            // SAFETY: `here`, which alone makes this value, has seen that the machine has these four.
            #[cfg(target_arch = "x86_64")]
            Machine::Avx512 => unsafe { avx512(work) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<W: Work>(work: W) -> W::Out {
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512<W: Work>(work: W) -> W::Out {
    work.run()
}
