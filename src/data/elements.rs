//! JSON of any size, one element at a time: lines, values one after another, or what stands in the arrays and objects of a document.
//!
//! Elements are cut out as bytes before anything parses them, which serde's own streaming cannot do: one that is broken, too long or
//! not UTF-8 costs that element and not the file, and its line is known. Memory: one element, at most the limit.

use std::io::{self, BufRead};

/// How the elements lie in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One on each line.
    Lines,
    /// Inside so many arrays or objects; at 0 they follow one another.
    Depth(usize),
}

#[derive(Debug, PartialEq, Eq)]
pub struct Element {
    /// The keys of the objects around it, outermost first.
    pub keys: Vec<String>,
    /// From 1.
    pub line: u64,
    pub bytes: Vec<u8>,
    /// What makes it unusable as it stands.
    pub fault: Option<String>,
}

struct Level {
    object: bool,
    key: Option<String>,
}

pub struct Elements<R> {
    input: R,
    layout: Layout,
    limit: usize,
    levels: Vec<Level>,
    line: u64,
    ended: bool,
}

/// Where a value being read is.
#[derive(Default)]
struct Inside {
    depth: usize,
    string: bool,
    escaped: bool,
    scalar: bool,
}

impl Inside {
    /// Whether the value ends with this byte, or before it.
    fn feed(&mut self, b: u8) -> Option<Ends> {
        if self.string {
            match b {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => {
                    self.string = false;
                    return (self.depth == 0).then_some(Ends::With);
                }
                _ => {}
            }
            return None;
        }
        match b {
            b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t' if self.scalar && self.depth == 0 => return Some(Ends::Before),
            b'"' => self.string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return (self.depth == 0).then_some(Ends::With);
            }
            _ => self.scalar |= self.depth == 0,
        }
        None
    }
}

enum Ends {
    With,
    Before,
}

impl<R: BufRead> Elements<R> {
    /// `limit`: the bytes that one element may have.
    pub fn new(input: R, layout: Layout, limit: usize) -> Elements<R> {
        Elements { input, layout, limit, levels: Vec::new(), line: 1, ended: false }
    }

    /// The next element, or none at the end.
    pub fn read(&mut self) -> io::Result<Option<Element>> {
        if self.ended {
            return Ok(None);
        }
        let found = match self.layout {
            Layout::Lines => self.next_line(),
            Layout::Depth(depth) => self.next_value(depth),
        }?;
        self.ended |= found.is_none();
        Ok(found)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    fn bump(&mut self, b: u8) {
        self.line += u64::from(b == b'\n');
        self.input.consume(1);
    }

    fn too_long(&self, bytes: usize) -> Option<String> {
        (bytes > self.limit).then(|| format!("{bytes} bytes long; {} are allowed (--record-bytes)", self.limit))
    }

    fn next_line(&mut self) -> io::Result<Option<Element>> {
        loop {
            let (mut bytes, mut total, line) = (Vec::new(), 0, self.line);
            loop {
                let buffer = self.input.fill_buf()?;
                let end = buffer.iter().position(|b| *b == b'\n');
                let part = &buffer[..end.unwrap_or(buffer.len())];
                let (used, at_end) = (part.len() + usize::from(end.is_some()), buffer.is_empty());
                total += part.len();
                let room = self.limit.saturating_sub(bytes.len());
                bytes.extend_from_slice(&part[..part.len().min(room)]);
                self.input.consume(used);
                self.line += u64::from(end.is_some());
                if at_end && total == 0 {
                    return Ok(None);
                }
                if at_end || end.is_some() {
                    break;
                }
            }
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(Element { keys: Vec::new(), line, fault: self.too_long(total), bytes }));
            }
        }
    }

    fn next_value(&mut self, depth: usize) -> io::Result<Option<Element>> {
        loop {
            let Some(b) = self.peek()? else {
                let open = !self.levels.is_empty();
                return Ok(open.then(|| self.broken("the file ends before its last bracket is closed")));
            };
            match b {
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => self.bump(b),
                b']' | b'}' => {
                    self.bump(b);
                    if self.levels.pop().is_none() {
                        return Ok(Some(self.broken("a bracket is closed that was never opened")));
                    }
                    if self.levels.is_empty() && depth > 0 {
                        return self.rest();
                    }
                }
                b'"' if self.levels.last().is_some_and(|l| l.object && l.key.is_none()) => {
                    let (bytes, _) = self.value()?;
                    let key = String::from_utf8_lossy(&bytes);
                    let key = serde_json::from_str(&key).unwrap_or_else(|_| key.trim_matches('"').to_owned());
                    self.levels.last_mut().expect("looked at above").key = Some(key);
                }
                b'[' | b'{' if self.levels.len() < depth => {
                    self.bump(b);
                    self.levels.push(Level { object: b == b'{', key: None });
                    continue;
                }
                _ => {
                    let line = self.line;
                    let (bytes, fault) = self.value()?;
                    let keys = self.levels.iter().filter_map(|l| l.key.clone()).collect();
                    let here = self.levels.len() == depth;
                    self.value_read();
                    if here {
                        return Ok(Some(Element { keys, line, bytes, fault }));
                    }
                }
            }
            if matches!(b, b']' | b'}') {
                self.value_read();
            }
        }
    }

    /// A key has got its value; another may follow.
    fn value_read(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.key = None;
        }
    }

    /// Behind the document there may be blanks only.
    fn rest(&mut self) -> io::Result<Option<Element>> {
        while let Some(b) = self.peek()? {
            if !b.is_ascii_whitespace() {
                return Ok(Some(self.broken("something follows the end of the document")));
            }
            self.bump(b);
        }
        Ok(None)
    }

    fn broken(&mut self, what: &str) -> Element {
        // Nothing behind such a place can be told apart.
        self.ended = true;
        let fault = Some(format!("{what} (line {})", self.line));
        Element { keys: Vec::new(), line: self.line, bytes: Vec::new(), fault }
    }

    /// One whole value from the byte at which it begins.
    fn value(&mut self) -> io::Result<(Vec<u8>, Option<String>)> {
        let (mut bytes, mut total, mut inside) = (Vec::new(), 0, Inside::default());
        let began = self.line;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                // Behind a number the file may end; that it ends too early is told by what stands open.
                let cut = !inside.scalar || inside.depth > 0;
                self.ended |= cut;
                return Ok((bytes, cut.then(|| format!("the file ends inside the record that began in line {began}"))));
            }
            let (mut used, mut ended) = (buffer.len(), false);
            for (i, b) in buffer.iter().enumerate() {
                if let Some(ends) = inside.feed(*b) {
                    (used, ended) = (i + usize::from(matches!(ends, Ends::With)), true);
                    break;
                }
            }
            let part = &buffer[..used];
            self.line += part.split(|b| *b == b'\n').count() as u64 - 1;
            total += used;
            let room = self.limit.saturating_sub(bytes.len());
            bytes.extend_from_slice(&part[..used.min(room)]);
            self.input.consume(used);
            if ended {
                return Ok((bytes, self.too_long(total)));
            }
        }
    }
}
