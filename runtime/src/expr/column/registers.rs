//! The registers, and programs that run in them.

use super::code::{Instruction, Lanes, Loop, N_LANES, Part, Program, Reg};
use super::kernel::Steps;
use crate::expr::machine::Machine;

/// Turns of loops after which a program gives up: the interpreter says what is wrong with it.
const N_TURNS: u32 = 10_000_000;

/// Registers of all programs on a thread: nothing stays in them, and there they stay in the cache.
#[derive(Default)]
pub(super) struct Registers {
    #[expect(clippy::vec_box, reason = "a step's result takes the place of a register without being copied")]
    list: Vec<Box<Lanes>>,
    /// What a step computes before it becomes a register.
    spare: Option<Box<Lanes>>,
    n_turns: u32,
}

impl Registers {
    /// Makes the registers of a program, with its constants in the first `n` lanes.
    pub(super) fn prepare(&mut self, program: &Program, n: usize) {
        if self.list.len() < program.n_registers {
            self.list.resize_with(program.n_registers, || Box::new([0; N_LANES]));
        }
        for &(reg, bits) in &program.constants {
            self.lanes_mut(reg)[..n].fill(bits);
        }
        self.n_turns = 0;
    }

    pub(super) fn lanes(&self, reg: Reg) -> &Lanes {
        &self.list[usize::from(reg)]
    }

    pub(super) fn lanes_mut(&mut self, reg: Reg) -> &mut Lanes {
        &mut self.list[usize::from(reg)]
    }

    /// Runs the parts over the first `n` lanes; `false` when a lane that counts has no value.
    pub(super) fn run(&mut self, parts: &[Part], machine: Machine, n: usize) -> bool {
        parts.iter().all(|part| match part {
            Part::Steps(code) => self.steps(code, machine, n),
            Part::Loop(turns) => self.turns(turns, machine, n),
        })
    }

    fn steps(&mut self, code: &[Instruction], machine: Machine, n: usize) -> bool {
        let spare = self.spare.get_or_insert_with(|| Box::new([0; N_LANES]));
        machine.run(Steps { code, registers: &mut self.list, spare, n })
    }

    fn turns(&mut self, turns: &Loop, machine: Machine, n: usize) -> bool {
        *self.lanes_mut(turns.live) = *self.lanes(turns.only);
        let mut left = Left { n, places: None };
        loop {
            if !self.run(&turns.condition, machine, left.n) {
                return false;
            }
            let n_live = self.lanes(turns.live)[..left.n].iter().filter(|lane| **lane != 0).count();
            if n_live == 0 {
                left.restore(self, turns);
                return true;
            }
            if 4 * n_live < 3 * left.n && left.n > N_TOGETHER {
                left.leave_behind(self, turns);
            }
            self.n_turns += 1;
            if self.n_turns > N_TURNS || !self.run(&turns.body, machine, left.n) {
                return false;
            }
        }
    }
}

/// So few lanes take as long as one.
const N_TOGETHER: usize = 16;

/// The lanes of a loop that go on, which have moved together.
struct Left {
    n: usize,
    places: Option<Places>,
}

/// Where the lanes that have moved came from.
struct Places {
    of: Vec<usize>,
    /// The registers of the loop as they stand after it: first as they were, lanes that are done as they are then.
    saved: Vec<Lanes>,
}

impl Left {
    /// Moves the lanes that go on together.
    fn leave_behind(&mut self, registers: &mut Registers, turns: &Loop) {
        let places = self.places.get_or_insert_with(|| Places {
            of: (0..self.n).collect(),
            saved: turns.used.iter().map(|&reg| *registers.lanes(reg)).collect(),
        });
        places.save(self.n, registers, turns);
        let live = *registers.lanes(turns.live);
        let goes_on = |lane: &usize| live[*lane] != 0;
        for &reg in &turns.used {
            let lanes = registers.lanes_mut(reg);
            for (to, from) in (0..self.n).filter(goes_on).enumerate() {
                lanes[to] = lanes[from];
            }
        }
        places.of = (0..self.n).filter(goes_on).map(|lane| places.of[lane]).collect();
        self.n = places.of.len();
    }

    /// Puts all lanes back.
    fn restore(self, registers: &mut Registers, turns: &Loop) {
        let Some(mut places) = self.places else { return };
        places.save(self.n, registers, turns);
        for (&reg, saved) in turns.used.iter().zip(&places.saved) {
            *registers.lanes_mut(reg) = *saved;
        }
    }
}

impl Places {
    fn save(&mut self, n: usize, registers: &Registers, turns: &Loop) {
        for (&reg, saved) in turns.used.iter().zip(&mut self.saved) {
            let lanes = registers.lanes(reg);
            for (lane, &place) in self.of[..n].iter().enumerate() {
                saved[place] = lanes[lane];
            }
        }
    }
}
