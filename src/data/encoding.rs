//! Files in other encodings than UTF-8: decoded where a person names one, else recognised and refused.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, REPLACEMENT, UTF_8, WINDOWS_1252, X_USER_DEFINED};

/// The encoding of a name as browsers know it ("latin1", "gbk", "utf-16"), and with a hyphen in "latin-1".
pub fn named(name: &str) -> Option<&'static Encoding> {
    let plain = name.trim().to_ascii_lowercase().replace("latin-", "latin");
    Encoding::for_label(plain.as_bytes()).filter(|e| ![REPLACEMENT, X_USER_DEFINED].contains(e))
}

/// A reader of UTF-8 over bytes in another encoding. A mark at the beginning decides between the orders of UTF-16.
pub struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Decoding<R> {
    pub fn new(inner: R, encoding: &'static Encoding) -> Decoding<R> {
        Decoding { inner, decoder: encoding.new_decoder(), raw: vec![0; 1 << 15], text: Vec::new(), given: 0, ended: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        let n = loop {
            match self.inner.read(&mut self.raw) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.ended = n == 0;
        let room = self.decoder.max_utf8_buffer_length(n).unwrap_or(usize::MAX >> 1);
        self.text.resize(room, 0);
        let (result, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..n], &mut self.text, self.ended);
        debug_assert!(matches!(result, CoderResult::InputEmpty), "the room is for all of it");
        self.text.truncate(written);
        self.given = 0;
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let n = to.len().min(self.text.len() - self.given);
        to[..n].copy_from_slice(&self.text[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

/// Signs besides letters that texts in Windows-1252 have.
const SIGNS: &str = "“”‘’„‚‹›«»–—…€£¥¢§©®°·¡¿½¼¾¹²³´¨×÷±¬¦•\u{a0}";

/// The encoding that bytes which are no UTF-8 speak for.
fn guess(bytes: &[u8]) -> Option<&'static str> {
    let runs: Vec<usize> = bytes.split(u8::is_ascii).map(<[u8]>::len).filter(|n| *n > 0).collect();
    let high: usize = runs.iter().sum();
    if high == 0 {
        return None;
    }
    // Chinese text is nothing but such bytes; in Western text one stands among letters.
    let alone = high < runs.len() * 2;
    if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes).filter(|_| !alone) {
        let (mut han, mut all) = (0, 0);
        text.chars().filter(|c| !c.is_ascii()).for_each(|c| {
            all += 1;
            han += usize::from(('\u{4e00}'..='\u{9fff}').contains(&c) || "，。？！、：；“”（）《》".contains(c));
        });
        return (han * 10 >= all * 9).then_some("GB18030");
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    let sound = text.chars().filter(|c| !c.is_ascii() && (c.is_alphabetic() || SIGNS.contains(*c))).count();
    (alone && sound * 10 >= high * 9).then_some("Windows-1252")
}

fn right(bytes: &[u8]) -> String {
    match guess(bytes) {
        Some(name) => format!("it looks like {name}; save it as UTF-8, or give --encoding {}", name.to_lowercase()),
        None => "save it as UTF-8, or name its encoding by --encoding (such as windows-1251 or shift_jis)".into(),
    }
}

/// Why a file is not UTF-8, by its first bytes. One in which most characters beyond ASCII are sound only has records that are not.
pub fn refusal(head: &[u8], whole: bool) -> Option<String> {
    let (mut sound, mut broken, mut line, mut first) = (0, 0, 1, None);
    let mut chunks = head.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        line += chunk.valid().matches('\n').count();
        // The head may end inside a character.
        let cut = !whole && chunks.peek().is_none();
        if let Some(byte) = chunk.invalid().first().filter(|_| !cut) {
            broken += 1;
            first = first.or(Some((*byte, line)));
        }
    }
    let (byte, line) = first.filter(|_| broken > sound)?;
    Some(format!("it is not UTF-8 (byte 0x{byte:02X} in line {line}); {}", right(head)))
}

/// The order of bytes of a text in UTF-16 without a mark, whose first letters have zeros between them.
pub fn without_mark(head: &[u8]) -> Option<&'static str> {
    match *head {
        [a, 0, b, 0, ..] if a > 0 && b > 0 => Some("utf-16le"),
        [0, a, 0, b, ..] if a > 0 && b > 0 => Some("utf-16be"),
        _ => None,
    }
}

/// Why one record is not UTF-8.
pub fn fault(bytes: &[u8]) -> Option<String> {
    let e = std::str::from_utf8(bytes).err()?;
    let byte = bytes[e.valid_up_to()];
    Some(format!("not UTF-8: byte 0x{byte:02X} is no character; {}", right(bytes)))
}

/// Whether an encoding needs no decoding.
pub fn plain(encoding: &'static Encoding) -> bool {
    encoding == UTF_8
}
