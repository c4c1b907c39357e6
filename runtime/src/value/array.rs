//! Dense arrays.

use std::cell::RefCell;
use std::mem;
use std::ops::RangeInclusive;

use csprun_dsl::ty::{Elem, Type};

macro_rules! array_data {
    ($($elem:ident $ty:ident;)*) => {
        /// The elements of an array, in row-major order.
        #[derive(Clone, Debug, PartialEq)]
        #[expect(missing_docs, reason = "the names are the documentation")]
        pub enum ArrayData {
            $($elem(Vec<$ty>),)*
        }

        impl ArrayData {
            /// Type of the elements.
            pub fn elem(&self) -> Elem {
                match self { $(ArrayData::$elem(_) => Elem::$elem,)* }
            }

            fn new(elem: Elem, n: usize) -> ArrayData {
                match elem { $(Elem::$elem => ArrayData::$elem(Vec::with_capacity(n)),)* }
            }

            /// For how many elements there is room.
            fn capacity(&self) -> usize {
                match self { $(ArrayData::$elem(items) => items.capacity(),)* }
            }

            fn clear(&mut self) {
                match self { $(ArrayData::$elem(items) => items.clear(),)* }
            }

            fn resize(&mut self, n: usize) {
                match self { $(ArrayData::$elem(items) => items.resize(n, $ty::default()),)* }
            }

            fn zeros(elem: Elem, n: usize) -> ArrayData {
                match elem { $(Elem::$elem => ArrayData::$elem(vec![$ty::default(); n]),)* }
            }

            /// How many elements.
            pub fn len(&self) -> usize {
                match self { $(ArrayData::$elem(items) => items.len(),)* }
            }

            /// Element `idx` as its decimal text.
            pub(super) fn write_item(&self, idx: usize, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self { $(ArrayData::$elem(items) => write!(f, "{:?}", items[idx]),)* }
            }

            /// The elements as little-endian bytes, one after the other.
            pub fn to_le_bytes(&self) -> Vec<u8> {
                match self {
                    $(ArrayData::$elem(items) => items.iter().flat_map(|item| item.to_le_bytes()).collect(),)*
                }
            }

            /// Reads what [`ArrayData::to_le_bytes`] wrote; `None` when bytes are left over.
            pub fn from_le_bytes(elem: Elem, bytes: &[u8]) -> Option<ArrayData> {
                Some(match elem {
                    $(Elem::$elem => {
                        let (items, rest) = bytes.as_chunks();
                        if !rest.is_empty() {
                            return None;
                        }
                        ArrayData::$elem(items.iter().map(|item| $ty::from_le_bytes(*item)).collect())
                    })*
                })
            }
        }

        $(
            impl From<Vec<$ty>> for ArrayData {
                fn from(items: Vec<$ty>) -> ArrayData {
                    ArrayData::$elem(items)
                }
            }
        )*
    };
}

array_data! {
    I8 i8;
    I16 i16;
    I32 i32;
    I64 i64;
    U8 u8;
    U16 u16;
    U32 u32;
    U64 u64;
    F32 f32;
    F64 f64;
}

thread_local! {
    /// Memory of arrays that are gone, for those to come: the system gives large blocks anew page by page, which takes
    /// longer than what is computed in them.
    static SPARE: RefCell<Vec<ArrayData>> = const { RefCell::new(Vec::new()) };
}

/// Bytes of an array whose memory is kept.
const KEPT: RangeInclusive<usize> = 1 << 16..=1 << 22;

/// How much is kept on a thread: 16 MiB at most.
const N_KEPT: usize = 4;

impl ArrayData {
    /// No elements yet, with room for some.
    pub(crate) fn with_capacity(elem: Elem, n: usize) -> ArrayData {
        let Some(mut data) = ArrayData::spare(elem, n) else { return ArrayData::new(elem, n) };
        data.clear();
        data
    }

    /// So many elements, which may have any values.
    pub(crate) fn any(elem: Elem, n: usize) -> ArrayData {
        let Some(mut data) = ArrayData::spare(elem, n) else { return ArrayData::zeros(elem, n) };
        data.resize(n);
        data
    }

    /// What is left of an array that is gone, with room for so many elements: of the last one, which may still be near.
    fn spare(elem: Elem, n: usize) -> Option<ArrayData> {
        if !KEPT.contains(&n.saturating_mul(elem.n_bytes())) {
            return None;
        }
        let fits = |data: &ArrayData| data.elem() == elem && (n..=2 * n).contains(&data.capacity());
        SPARE.with_borrow_mut(|spare| Some(spare.remove(spare.iter().rposition(fits)?)))
    }

    /// Keeps the memory for another array, in place of what was kept first.
    fn keep(self) {
        // While a thread ends there is nothing to keep it for.
        let _ended = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() == N_KEPT {
                spare.remove(0);
            }
            spare.push(self);
        });
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A dense array: extents `[rows, cols]` and contiguous elements of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    shape: Vec<usize>,
    data: ArrayData,
}

impl Array {
    /// An array of that shape; `None` when the product of the extents is not the number of elements.
    pub fn new(shape: Vec<usize>, data: impl Into<ArrayData>) -> Option<Array> {
        let data = data.into();
        let n_items = shape.iter().try_fold(1_usize, |n, &extent| n.checked_mul(extent))?;
        (n_items == data.len()).then_some(Array { shape, data })
    }

    /// An array with one extent.
    pub fn flat(data: impl Into<ArrayData>) -> Array {
        let data = data.into();
        Array { shape: vec![data.len()], data }
    }

    /// Its extents.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Type of its elements.
    pub fn elem(&self) -> Elem {
        self.data.elem()
    }

    /// Its elements, row by row.
    pub fn data(&self) -> &ArrayData {
        &self.data
    }

    /// The same, to be changed; their number is fixed by the shape.
    pub(crate) fn data_mut(&mut self) -> &mut ArrayData {
        &mut self.data
    }

    /// Its elements, to change them in place; their number is fixed by the shape.
    pub fn into_parts(mut self) -> (Vec<usize>, ArrayData) {
        (mem::take(&mut self.shape), mem::take(&mut self.data))
    }

    /// Its type, all extents known.
    pub fn ty(&self) -> Type {
        Type::Array(self.elem(), self.shape.iter().map(|&extent| Some(extent as u64)).collect())
    }
}

impl Default for ArrayData {
    fn default() -> ArrayData {
        ArrayData::U8(Vec::new())
    }
}

impl Drop for Array {
    fn drop(&mut self) {
        if KEPT.contains(&(self.data.capacity() * self.data.elem().n_bytes())) {
            mem::take(&mut self.data).keep();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Array, ArrayData, N_KEPT, SPARE};
    use csprun_dsl::ty::Elem;

    #[test]
    fn a_shape_must_hold_all_elements() {
        assert!(Array::new(vec![2, 2], vec![1_i32, 2, 3, 4]).is_some());
        assert!(Array::new(vec![2, 3], vec![1_i32, 2, 3, 4]).is_none());
        assert!(Array::new(vec![usize::MAX, 2], vec![1_i32]).is_none());
    }

    #[test]
    fn an_array_gets_the_memory_of_one_that_is_gone_and_little_is_kept() {
        let array = Array::flat(vec![1_i32; 1 << 16]);
        let ArrayData::I32(items) = array.data() else { panic!("{array:?}") };
        let address = items.as_ptr();
        drop(array);
        assert_ne!(ArrayData::with_capacity(Elem::F32, 1 << 16).elem(), Elem::I32);
        assert!(ArrayData::with_capacity(Elem::I32, 1 << 18).is_empty());
        let ArrayData::I32(again) = ArrayData::with_capacity(Elem::I32, 1 << 16) else {
            panic!("another type")
        };
        assert_eq!((again.as_ptr(), again.len()), (address, 0));
        drop((0..10).map(|_| Array::flat(vec![0_u8; 1 << 16])).collect::<Vec<_>>());
        drop((Array::flat(vec![0_u8; 8]), Array::flat(vec![0_u8; 1 << 23])));
        let kept = SPARE.with_borrow(|spare| spare.iter().map(ArrayData::capacity).collect::<Vec<_>>());
        assert_eq!(kept, [1 << 16; N_KEPT]);
    }

    #[test]
    fn elements_survive_their_bytes() {
        let data = ArrayData::from(vec![1.5_f32, -0.0, f32::INFINITY]);
        assert_eq!(ArrayData::from_le_bytes(Elem::F32, &data.to_le_bytes()), Some(data));
        assert_eq!(ArrayData::from_le_bytes(Elem::F32, &[0; 5]), None);
    }
}
