//! Dense arrays.

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

            /// No elements yet, with room for some.
            pub(crate) fn with_capacity(elem: Elem, n: usize) -> ArrayData {
                match elem { $(Elem::$elem => ArrayData::$elem(Vec::with_capacity(n)),)* }
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

impl ArrayData {
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
    pub fn into_parts(self) -> (Vec<usize>, ArrayData) {
        (self.shape, self.data)
    }

    /// Its type, all extents known.
    pub fn ty(&self) -> Type {
        Type::Array(self.elem(), self.shape.iter().map(|&extent| Some(extent as u64)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Array, ArrayData};
    use csprun_dsl::ty::Elem;

    #[test]
    fn a_shape_must_hold_all_elements() {
        assert!(Array::new(vec![2, 2], vec![1_i32, 2, 3, 4]).is_some());
        assert!(Array::new(vec![2, 3], vec![1_i32, 2, 3, 4]).is_none());
        assert!(Array::new(vec![usize::MAX, 2], vec![1_i32]).is_none());
    }

    #[test]
    fn elements_survive_their_bytes() {
        let data = ArrayData::from(vec![1.5_f32, -0.0, f32::INFINITY]);
        assert_eq!(ArrayData::from_le_bytes(Elem::F32, &data.to_le_bytes()), Some(data));
        assert_eq!(ArrayData::from_le_bytes(Elem::F32, &[0; 5]), None);
    }
}
