//! A range of numbers, with ticks at round ones.

/// A range and its ticks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scale {
    min: f64,
    max: f64,
    step: f64,
}

impl Scale {
    /// The scale that holds all of these, all finite, and begins and ends at a tick; about `n` ticks. Where the next
    /// tick would be infinite, it ends at the last number.
    pub(super) fn of(numbers: impl Iterator<Item = f64>, n: u32) -> Scale {
        let finite = |x: f64| x.clamp(f64::MIN, f64::MAX);
        let (min, max) =
            numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), x| (min.min(x), max.max(x)));
        let (min, max) = match (min, max) {
            (min, max) if min > max => (0.0, 1.0),
            (min, max) if min == max => (finite(min - margin(min)), finite(max + margin(max))),
            all => all,
        };
        // Halves, so that no difference is infinite.
        let step = round((max / 2.0 - min / 2.0) / f64::from(n) * 2.0).max(f64::MIN_POSITIVE);
        Scale { min: finite((min / step).floor() * step), max: finite((max / step).ceil() * step), step }
    }

    /// Where a number stands: 0 at the beginning, 1 at the end.
    pub(super) fn place(&self, x: f64) -> f64 {
        (x / 2.0 - self.min / 2.0) / (self.max / 2.0 - self.min / 2.0)
    }

    /// The ticks, each with its label.
    pub(super) fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        #[expect(clippy::cast_possible_truncation, reason = "a scale has few ticks")]
        let (first, last) = ((self.min / self.step).round() as i64, (self.max / self.step).round() as i64);
        #[expect(
            clippy::cast_precision_loss,
            reason = "where ticks are no exact numbers they are close to them"
        )]
        let ticks = (first..=last).map(|at| at as f64 * self.step).filter(|x| x.is_finite());
        ticks.map(|x| (x, self.label(x)))
    }

    /// A number with as many digits as tell the ticks apart.
    fn label(&self, x: f64) -> String {
        let largest = self.min.abs().max(self.max.abs());
        if largest >= 1e7 || self.step < 1e-5 {
            let digits = (largest / self.step).log10().ceil().clamp(0.0, 17.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is from 0 to 17"
            )]
            return format!("{x:.*e}", digits as usize);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to 5")]
        let n_digits = (-self.step.log10().floor()).clamp(0.0, 5.0) as usize;
        format!("{x:.n_digits$}")
    }
}

/// Room at both sides of a number that is alone.
fn margin(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.abs() / 10.0 }
}

/// The next 1, 2 or 5 times a power of ten.
fn round(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let digit = [1.0, 2.0, 5.0].into_iter().find(|digit| digit * power >= step * (1.0 - 1e-9));
    digit.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::Scale;

    fn labels(numbers: &[f64]) -> Vec<String> {
        Scale::of(numbers.iter().copied(), 4).ticks().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(labels(&[0.0, 10.0]), ["0", "5", "10"]);
        assert_eq!(labels(&[-1.0, 1.0]), ["-1.0", "-0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(labels(&[0.12, 0.13]), ["0.120", "0.125", "0.130"]);
        assert_eq!(labels(&[0.0, 3e9]), ["0.0e0", "1.0e9", "2.0e9", "3.0e9"]);
    }

    #[test]
    fn every_range_has_a_scale() {
        let ranges: [&[f64]; 12] = [
            &[f64::MIN, f64::MAX],
            &[f64::MAX],
            &[1.0, f64::MAX],
            &[5e-324],
            &[0.0, 5e-324],
            &[],
            &[0.0],
            &[7.0, 7.0],
            &[-1e299, 1e299],
            &[f64::MIN_POSITIVE, f64::EPSILON],
            &[1e15, 1e15 + 1.0],
            &[-1e-300, 1e299],
        ];
        for numbers in ranges {
            let scale = Scale::of(numbers.iter().copied(), 5);
            let n_ticks = scale.ticks().count();
            assert!((2..=12).contains(&n_ticks), "{numbers:?}: {scale:?}");
            assert!(numbers.iter().all(|x| (-1e-9..=1.0 + 1e-9).contains(&scale.place(*x))), "{scale:?}");
        }
    }
}
