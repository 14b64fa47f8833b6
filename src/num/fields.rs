//! One list of an owner's numbers gives save, load, digest and size.
//!
//! `fields!(Owner { a, b, c })` writes both directions, so that neither can forget a field the other has.
//! All numbers are stored little-endian and of fixed width; a NaN is stored as the canonical one.

use thiserror::Error;

#[derive(Debug, Error, PartialEq, Eq)]
pub enum FieldError {
    #[error("the stored state ends early: {wanted} more bytes were expected")]
    Short { wanted: usize },
    #[error("the stored state is of another shape: a list of {found} where this world and agent have {expected}")]
    Shape { found: u64, expected: u64 },
    #[error("the stored state is of a world with other users, noise or rewards, which this one cannot become")]
    World,
}

/// Where fields go: a checkpoint, a hasher, a counter.
pub trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

/// Where fields come from.
pub trait Source {
    fn take(&mut self, out: &mut [u8]) -> Result<(), FieldError>;
}

pub trait Fields {
    fn read(&self, to: &mut dyn Sink);
    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError>;
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

impl Source for &[u8] {
    fn take(&mut self, out: &mut [u8]) -> Result<(), FieldError> {
        if self.len() < out.len() {
            return Err(FieldError::Short { wanted: out.len() - self.len() });
        }
        let (head, tail) = self.split_at(out.len());
        out.copy_from_slice(head);
        *self = tail;
        Ok(())
    }
}

/// A number of fixed width.
pub trait Scalar: Copy {
    const WIDTH: usize;
    fn store(self, out: &mut [u8]);
    fn fetch(bytes: &[u8]) -> Self;
}

macro_rules! scalar {
    ($($t:ty, $canonical:expr;)*) => {$(
        impl Scalar for $t {
            const WIDTH: usize = size_of::<$t>();
            #[inline]
            fn store(self, out: &mut [u8]) {
                let canonical: fn($t) -> $t = $canonical;
                out.copy_from_slice(&canonical(self).to_le_bytes());
            }
            #[inline]
            fn fetch(bytes: &[u8]) -> Self {
                let mut array = [0; size_of::<$t>()];
                array.copy_from_slice(bytes);
                <$t>::from_le_bytes(array)
            }
        }
        impl Fields for $t {
            fn read(&self, to: &mut dyn Sink) {
                let mut array = [0; size_of::<$t>()];
                self.store(&mut array);
                to.put(&array);
            }
            fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
                let mut array = [0; size_of::<$t>()];
                from.take(&mut array)?;
                *self = Self::fetch(&array);
                Ok(())
            }
        }
    )*};
}

scalar! {
    u8, |x| x;
    u16, |x| x;
    u32, |x| x;
    u64, |x| x;
    f32, |x| if x.is_nan() { f32::NAN } else { x };
    f64, |x| if x.is_nan() { f64::NAN } else { x };
}

/// Elements pass through a buffer of this many bytes, so that a large table costs a few calls.
const CHUNK: usize = 4096;

/// A list keeps its length: what is loaded must fit the owner that was built for it.
impl<T: Scalar> Fields for Vec<T> {
    fn read(&self, to: &mut dyn Sink) {
        (self.len() as u64).read(to);
        let mut buffer = [0_u8; CHUNK];
        for part in self.chunks(CHUNK / T::WIDTH) {
            for (x, slot) in part.iter().zip(buffer.chunks_exact_mut(T::WIDTH)) {
                x.store(slot);
            }
            to.put(&buffer[..part.len() * T::WIDTH]);
        }
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        let mut found = 0_u64;
        found.write(from)?;
        if found != self.len() as u64 {
            return Err(FieldError::Shape { found, expected: self.len() as u64 });
        }
        let mut buffer = [0_u8; CHUNK];
        for part in self.chunks_mut(CHUNK / T::WIDTH) {
            let bytes = &mut buffer[..part.len() * T::WIDTH];
            from.take(bytes)?;
            for (x, slot) in part.iter_mut().zip(bytes.chunks_exact(T::WIDTH)) {
                *x = T::fetch(slot);
            }
        }
        Ok(())
    }
}

/// Lists the fields of a struct, in order.
#[macro_export]
macro_rules! fields {
    ($owner:ty { $($field:ident),* $(,)? } $(then $fix:ident)?) => {
        impl $crate::num::fields::Fields for $owner {
            fn read(&self, _to: &mut dyn $crate::num::fields::Sink) {
                $(self.$field.read(_to);)*
            }
            fn write(&mut self, _from: &mut dyn $crate::num::fields::Source)
                -> Result<(), $crate::num::fields::FieldError> {
                $(self.$field.write(_from)?;)*
                $(self.$fix();)?
                Ok(())
            }
        }
    };
}
