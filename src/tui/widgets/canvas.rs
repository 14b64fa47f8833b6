//! Dots finer than cells: braille, two across and four down in each cell.

/// Shape: `cells` holds width × height bit patterns, row by row.
pub struct Canvas {
    pub width: u16,
    pub height: u16,
    cells: Vec<u8>,
}

const BITS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

impl Canvas {
    pub fn new(width: u16, height: u16) -> Canvas {
        Canvas { width, height, cells: vec![0; usize::from(width) * usize::from(height)] }
    }

    /// Sets the dot at (x, y), counted from the top left in dots; outside nothing happens.
    pub fn dot(&mut self, x: i32, y: i32) {
        if x < 0 || y < 0 || x >= i32::from(self.width) * 2 || y >= i32::from(self.height) * 4 {
            return;
        }
        let cell = (y / 4) as usize * usize::from(self.width) + (x / 2) as usize;
        self.cells[cell] |= BITS[(x % 2) as usize][(y % 4) as usize];
    }

    /// A line without gaps, both ends set.
    pub fn line(&mut self, from: (i32, i32), to: (i32, i32)) {
        let columns = to.0 - from.0;
        if columns <= 0 {
            self.upright(from.0, from.1, to.1);
            return;
        }
        let mut last = from.1;
        for k in 0..=columns {
            let share = f64::from(k) / f64::from(columns);
            let y = (f64::from(from.1) + f64::from(to.1 - from.1) * share).round() as i32;
            // Each column begins beside the end of the one before, so steep lines stay joined.
            self.upright(from.0 + k, last + (y - last).signum(), y);
            last = y;
        }
    }

    fn upright(&mut self, x: i32, from: i32, to: i32) {
        let bottom = i32::from(self.height) * 4;
        for y in from.min(to).max(0)..=from.max(to).min(bottom) {
            self.dot(x, y);
        }
    }

    /// Adds the dots of another canvas of the same size.
    pub fn join(&mut self, other: &Canvas) {
        for (own, theirs) in self.cells.iter_mut().zip(&other.cells) {
            *own |= theirs;
        }
    }

    /// Adds the other's dots to the cells that have some of their own.
    pub fn join_where_set(&mut self, other: &Canvas) {
        for (own, theirs) in self.cells.iter_mut().zip(&other.cells).filter(|(own, _)| **own != 0) {
            *own |= theirs;
        }
    }

    /// Drops what lies right of so many cells.
    pub fn crop(&mut self, width: u16) {
        let old = usize::from(self.width);
        let kept = usize::from(width.min(self.width));
        self.cells = self.cells.chunks(old.max(1)).flat_map(|row| row[..kept.min(row.len())].iter().copied()).collect();
        self.width = kept as u16;
    }

    /// Drops the columns of dots that are not to be kept.
    pub fn keep(&mut self, kept: impl Fn(u16) -> bool) {
        let column = |side: usize| BITS[side].iter().sum::<u8>();
        for (k, cell) in self.cells.iter_mut().enumerate() {
            let x = (k % usize::from(self.width)) as u16 * 2;
            let mask = (0..2u16).filter(|side| kept(x + side)).map(|side| column(usize::from(side))).sum::<u8>();
            *cell &= mask;
        }
    }

    pub fn is_set(&self, x: u16, y: u16) -> bool {
        self.bits(x, y) != 0
    }

    fn bits(&self, x: u16, y: u16) -> u8 {
        if x >= self.width || y >= self.height {
            return 0;
        }
        self.cells[usize::from(y) * usize::from(self.width) + usize::from(x)]
    }

    pub fn braille(&self, x: u16, y: u16) -> Option<char> {
        let bits = self.bits(x, y);
        if bits == 0 { None } else { char::from_u32(0x2800 + u32::from(bits)) }
    }
}
