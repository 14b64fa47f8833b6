//! Inputs packed by gzip or zstd, unpacked as they are read: no file is written, and memory is bounded by the window. What a stream
//! is, its first bytes say; its name only loses the ending.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;
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
    let inner: Box<dyn Read> = if kind == "gzip" { Box::new(Gzip { member: Some(GzDecoder::new(tap)) }) } else { Box::new(Zstd::new(tap)) };
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

/// Skips zeros, with which tapes and block devices fill up a file. True: something follows.
fn past_zeros(source: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let buffer = source.fill_buf()?;
        let (zeros, length) = (buffer.iter().take_while(|b| **b == 0).count(), buffer.len());
        source.consume(zeros);
        if zeros < length || length == 0 {
            return Ok(length > 0);
        }
    }
}

fn foreign(kind: &str) -> io::Error {
    damaged(format!("behind its {kind} stream follow bytes that are no {kind}; unpack it by hand ({kind} -dc), or cut them off"))
}

/// Members of gzip, one behind the other.
struct Gzip<R> {
    /// None behind the last.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let n = member.read(to)?;
            if n > 0 || to.is_empty() {
                return Ok(n);
            }
            let Some(mut source) = self.member.take().map(GzDecoder::into_inner) else { break };
            if !past_zeros(&mut source)? {
                break;
            }
            if source.fill_buf()?.first() != GZIP.first() {
                return Err(foreign("gzip"));
            }
            self.member = Some(GzDecoder::new(source));
        }
        Ok(0)
    }
}

/// Frames of zstd, one behind the other, each with its checksum where it has one.
struct Zstd<R> {
    source: R,
    decoder: FrameDecoder,
    inside: bool,
    /// A frame was read.
    behind: bool,
}

impl<R: BufRead> Zstd<R> {
    fn new(source: R) -> Zstd<R> {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW);
        Zstd { source, decoder, inside: false, behind: false }
    }

    /// Begins the next frame. False: there is none.
    fn begin(&mut self) -> io::Result<bool> {
        if self.behind && !past_zeros(&mut self.source)? {
            return Ok(false);
        }
        let mut head = Vec::new();
        self.source.by_ref().take(4).read_to_end(&mut head)?;
        if head.is_empty() {
            return Ok(false);
        }
        if self.behind && !ZSTD.starts_with(&head) && kind(&head) != Some("zstd") {
            return Err(foreign("zstd"));
        }
        let magic: [u8; 4] = head.try_into().map_err(|_| io::ErrorKind::UnexpectedEof)?;
        self.behind = true;
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

impl<R: BufRead> Read for Zstd<R> {
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
