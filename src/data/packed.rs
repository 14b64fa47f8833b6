//! Inputs packed by gzip or zstd, unpacked as they are read: no file is written, and memory is bounded by the window. What a stream
//! is, its first bytes say; its name only loses the ending.

use std::cell::Cell;
use std::io::{self, BufReader, Cursor, Read};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The largest window of a zstd stream, which is held in memory: as much as the tool allows by itself.
pub const WINDOW: u64 = 128 << 20;

const ENDINGS: &[&str] = &[".gz", ".gzip", ".zst", ".zstd"];
const GZIP: &[u8] = b"\x1f\x8b";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
/// A frame that holds no data, behind the lowest four bits. Source: RFC 8878, 3.1.2.
const SKIPPED: u32 = 0x184d_2a50;

/// The name of what is packed in a file of this name.
pub fn inner(name: &str) -> &str {
    let ends = |ending: &&str| name.len() > ending.len() && name.to_lowercase().ends_with(*ending);
    ENDINGS.iter().find(|ending| ends(ending)).map_or(name, |ending| &name[..name.len() - ending.len()])
}

/// A stream that is not what it says, with what is right.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Damaged(String);

/// The sentence of a damaged stream, where an error is one.
pub fn damage(e: &io::Error) -> Option<String> {
    e.get_ref()?.downcast_ref::<Damaged>().map(ToString::to_string)
}

fn damaged(sentence: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, Damaged(sentence))
}

/// A reader that knows whether it was asked beyond its end.
struct Tap<R> {
    inner: R,
    ended: Rc<Cell<bool>>,
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(to)?;
        self.ended.set(self.ended.get() || n == 0 && !to.is_empty());
        Ok(n)
    }
}

/// What packed a stream, and what is in it. `raw`: the count of bytes that were read of the file, for the place of a damage.
pub fn unpacked<'a>(mut input: impl Read + 'a, raw: Rc<Cell<u64>>) -> io::Result<(Option<&'static str>, Box<dyn Read + 'a>)> {
    let mut head = Vec::new();
    input.by_ref().take(4).read_to_end(&mut head)?;
    let kind = kind(&head);
    let whole = Cursor::new(head).chain(input);
    let Some(kind) = kind else { return Ok((None, Box::new(whole))) };
    let ended = Rc::new(Cell::new(false));
    let tap = BufReader::with_capacity(1 << 16, Tap { inner: whole, ended: ended.clone() });
    let inner: Box<dyn Read> = if kind == "gzip" { Box::new(MultiGzDecoder::new(tap)) } else { Box::new(Zstd::new(tap)) };
    Ok((Some(kind), Box::new(Unpacked { inner, kind, ended, raw, given: 0 })))
}

/// What packed a file that begins so.
pub fn kind(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(GZIP) {
        return Some("gzip");
    }
    (head.starts_with(ZSTD) || skipped(head).is_some()).then_some("zstd")
}

fn skipped(head: &[u8]) -> Option<()> {
    let magic = u32::from_le_bytes(head.get(..4)?.try_into().ok()?);
    (magic & !15 == SKIPPED).then_some(())
}

/// Says of an error what it means for the file.
struct Unpacked<'a> {
    inner: Box<dyn Read + 'a>,
    kind: &'static str,
    ended: Rc<Cell<bool>>,
    raw: Rc<Cell<u64>>,
    given: u64,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(to);
        let (kind, raw, given) = (self.kind, self.raw.get(), self.given);
        let n = match read {
            Err(e) if damage(&e).is_some() || e.kind() == io::ErrorKind::Interrupted => return Err(e),
            Err(_) if self.ended.get() => {
                let what = format!("its {kind} stream ends too early, after {raw} bytes of the file and {given} bytes of text");
                return Err(damaged(format!("{what}; it was cut off, fetch it again")));
            }
            Err(e) if [io::ErrorKind::InvalidData, io::ErrorKind::InvalidInput, io::ErrorKind::Other].contains(&e.kind()) => {
                let what = format!("its {kind} stream is damaged within the first {raw} bytes of the file, after {given} bytes of text");
                return Err(damaged(format!("{what}; fetch it again, or pack it anew")));
            }
            other => other?,
        };
        self.given += n as u64;
        Ok(n)
    }
}

/// Frames of zstd, one behind the other, each with its checksum where it has one.
struct Zstd<R> {
    source: R,
    decoder: FrameDecoder,
    inside: bool,
}

impl<R: Read> Zstd<R> {
    fn new(source: R) -> Zstd<R> {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW);
        Zstd { source, decoder, inside: false }
    }

    /// Begins the next frame. False: there is none.
    fn begin(&mut self) -> io::Result<bool> {
        let mut magic = [0; 4];
        let n = self.source.read(&mut magic[..1])?;
        if n == 0 {
            return Ok(false);
        }
        self.source.read_exact(&mut magic[1..])?;
        if skipped(&magic).is_some() {
            let mut length = [0; 4];
            self.source.read_exact(&mut length)?;
            let length = u64::from(u32::from_le_bytes(length));
            if io::copy(&mut self.source.by_ref().take(length), &mut io::sink())? < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            return Ok(true);
        }
        self.inside = true;
        self.decoder.init(Cursor::new(magic).chain(&mut self.source)).map(|()| true).map_err(|e| match e {
            FrameDecoderError::WindowSizeTooBig { requested, .. } => {
                let (mib, allowed) = (requested.div_ceil(1 << 20), WINDOW >> 20);
                damaged(format!("its zstd window of {mib} MiB is larger than the {allowed} MiB allowed; pack it anew without --long"))
            }
            FrameDecoderError::DictNotProvided { .. } => damaged("its zstd stream needs a dictionary; pack it anew without one".into()),
            other => io::Error::other(other),
        })
    }
}

impl<R: Read> Read for Zstd<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.inside {
                if self.begin()? {
                    continue;
                }
                return Ok(0);
            }
            if self.decoder.can_collect() > 0 {
                return self.decoder.read(to);
            }
            if !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.source, one).map_err(io::Error::other)?;
                continue;
            }
            let sum = self.decoder.get_checksum_from_data();
            if sum.is_some() && sum != self.decoder.get_calculated_checksum() {
                return Err(io::Error::other("another checksum"));
            }
            self.inside = false;
        }
    }
}
