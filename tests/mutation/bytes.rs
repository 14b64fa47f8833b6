//! Changes of whole files: of their lines, their bytes, their encodings, and of files with a header of JSON.

use std::io::Write;

use dialoq::num::digest::digest_bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::dice::Dice;
use super::tree::{MOST, Tree};

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Json,
    /// One JSON object a line.
    Lines,
    Text,
    /// Such lines, packed.
    Gzip,
    Zstd,
    /// The length of a header, the header, numbers.
    Safetensors,
    /// A line of JSON and bytes; sealed by a digest, or not.
    Sealed,
    Headed,
}

/// One of the seeds, changed.
pub fn mutate(kind: Kind, seeds: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let seed = dice.any(seeds).clone();
    let other = dice.any(seeds).clone();
    if dice.once_in(5) {
        return rough(seed, &other, dice);
    }
    let changed = match kind {
        Kind::Json => Tree::parse(&seed).map(|tree| grown(tree, dice)),
        Kind::Lines => Some(lines(&seed, &other, dice)),
        Kind::Text => None,
        Kind::Gzip => Some(packed(&lines(&seed, &other, dice), gzip, dice)),
        Kind::Zstd => Some(packed(&lines(&seed, &other, dice), zstd, dice)),
        Kind::Safetensors => Some(safetensors(&seed, dice)),
        Kind::Sealed => Some(headed(&seed, true, dice)),
        Kind::Headed => Some(headed(&seed, false, dice)),
    };
    let changed = changed.unwrap_or_else(|| odd_text(seed, dice));
    if dice.once_in(12) { rough(changed, &other, dice) } else { changed }
}

fn grown(mut tree: Tree, dice: &mut Dice) -> Vec<u8> {
    tree.mutate(dice);
    tree.text().into_bytes()
}

/// Changes that know nothing of what the bytes mean.
fn rough(mut bytes: Vec<u8>, other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let at = dice.below(bytes.len() + 1);
    match dice.below(15) {
        0 => bytes.truncate(at),
        1 => {
            // At what opens or closes something.
            let marks: Vec<usize> = (0..bytes.len()).filter(|i| b"{}[],:\"\n\\".contains(&bytes[*i])).collect();
            let place = if marks.is_empty() { 0 } else { *dice.any(&marks) };
            bytes.truncate(place + dice.below(2));
        }
        2 | 3 => {
            for _ in 0..=dice.below(4) {
                if !bytes.is_empty() {
                    let at = dice.below(bytes.len());
                    bytes[at] ^= 1 << dice.below(8);
                }
            }
        }
        4 => {
            let start = dice.below(other.len() + 1);
            let piece = &other[start..other.len().min(start + dice.below(400))];
            bytes.splice(at..at, piece.iter().copied());
        }
        5 => {
            let last = (at + dice.below(200)).min(bytes.len());
            bytes.drain(at..last);
        }
        6 => bytes.extend_from_slice(other),
        7 => bytes = String::from_utf8_lossy(&bytes).replace('\n', "\r\n").into_bytes(),
        8 => bytes = String::from_utf8_lossy(&bytes).encode_utf16().flat_map(u16::to_le_bytes).collect(),
        9 => bytes = [0xff, 0xfe].into_iter().chain(String::from_utf8_lossy(&bytes).encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        10 => {
            bytes.splice(at..at, *dice.any(&[[0xe9, b'e'], [0xc3, 0x28], [0xed, 0xa0], [0, 0]]));
        }
        11 => bytes = [&[0x1f, 0x8b, 8, 0][..], &bytes].concat(),
        12 => bytes = ["\u{feff}".as_bytes(), &bytes].concat(),
        13 => bytes = dice.any(&[&b""[..], b"\n", b"\0", b" ", b"[]", b"{}", b"null", b"\"", b"[", b"\xff\xfe"]).to_vec(),
        _ => bytes = vec![*dice.any(b"\0 {[\"\n,x\xff"); *dice.any(&[10, 1000, 300_000])],
    }
    bytes
}

const PIECES: &[&str] = &[
    "\"",
    "\"\"",
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "\n\n",
    "\u{1b}[31m",
    "\u{1b}]0;owned\u{7}",
    "\u{0}",
    "\u{9b}",
    "\u{202e}",
    "\u{feff}",
    "=1+1",
    "{",
    "/help",
    "/why",
    "/back",
    "/save ../x",
];

/// A piece of text put in somewhere, or a part repeated.
fn odd_text(mut bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        if dice.once_in(12) {
            let length = *dice.any(&[100, 5000, 200_000]);
            bytes.splice(at..at, std::iter::repeat_n(*dice.any(b"x\",\n "), length));
        } else {
            bytes.splice(at..at, dice.any(PIECES).bytes());
        }
    }
    bytes
}

/// Lines that say nothing, or nothing that anybody knows.
const ODD: &[&[u8]] = &[b"\n", b"[]\n", b"null\n", b"{}\n", b"  \n", b"\"x\"\n", b"0\n", b"{\"line\":\"x\"}\n"];

fn lines(seed: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let split = |bytes: &[u8]| bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let mut all = split(seed);
    for _ in 0..=dice.below(2) {
        if all.is_empty() {
            break;
        }
        let (a, b) = (dice.below(all.len()), dice.below(all.len()));
        match dice.below(13) {
            0 => drop(all.remove(a)),
            1 => all.swap(a, b),
            2 => all.insert(b, all[a].clone()),
            3 => all.truncate(a),
            4 => {
                let odd = *dice.any(ODD);
                all.insert(a, odd.to_vec());
            }
            5 => {
                let theirs = split(other);
                let line = dice.any(&theirs).clone();
                all.insert(a, line);
            }
            6 if dice.once_in(4) => {
                let line = all[a].clone();
                let most = *dice.any(&[50, 1000, 100_000]);
                all.splice(a..a, std::iter::repeat_n(line.clone(), most.min(MOST / line.len().max(1))));
            }
            _ => {
                if let Some(tree) = Tree::parse(&all[a]) {
                    all[a] = grown(tree, dice);
                    all[a].push(b'\n');
                }
            }
        }
    }
    all.concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).expect("a vector takes all");
    out.finish().expect("a vector takes all")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// One stream, several behind one another, one inside another, or one that is changed itself.
fn packed(text: &[u8], pack: fn(&[u8]) -> Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    let half = dice.below(text.len() + 1);
    let bytes = match dice.below(8) {
        0 => [pack(&text[..half]), pack(&text[half..])].concat(),
        1 => pack(&pack(text)),
        _ => pack(text),
    };
    if dice.once_in(3) { rough(bytes, text, dice) } else { bytes }
}

fn safetensors(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    let length = u64::from_le_bytes(*seed.first_chunk().expect("a seed has a header")) as usize;
    let (header, numbers) = seed[8..].split_at(length);
    let header = match Tree::parse(header) {
        Some(tree) if !dice.once_in(4) => grown(tree, dice),
        _ => header.to_vec(),
    };
    let told =
        if dice.once_in(6) { *dice.any(&[0, 1, 7, 8, 1 << 20, 1 << 32, 1 << 40, u64::MAX, u64::MAX - 7]) } else { header.len() as u64 };
    let mut numbers = numbers.to_vec();
    if dice.once_in(3) {
        let at = dice.below(numbers.len() / 4) * 4;
        let x: f32 = *dice.any(&[f32::NAN, f32::INFINITY, -0.0, f32::MAX, f32::MIN_POSITIVE / 4.0, 1e30]);
        numbers[at..at + 4].copy_from_slice(&x.to_le_bytes());
    }
    if dice.once_in(8) {
        numbers.truncate(dice.below(numbers.len()));
    }
    [&told.to_le_bytes()[..], &header, &numbers].concat()
}

/// Bytes of the digest at the end of a checkpoint.
const SEAL: usize = 8;

/// Header and body are changed apart; a seal is most often made anew, as whoever means harm would.
fn headed(seed: &[u8], sealed: bool, dice: &mut Dice) -> Vec<u8> {
    let end = seed.iter().position(|b| *b == b'\n').expect("a seed has a first line");
    let body = &seed[end + 1..seed.len() - if sealed { SEAL } else { 0 }];
    let (mut header, mut body) = (seed[..end].to_vec(), body.to_vec());
    if !dice.once_in(3)
        && let Some(tree) = Tree::parse(&header)
    {
        header = grown(tree, dice);
    }
    if dice.once_in(2) {
        for _ in 0..=dice.below(3) {
            let at = dice.below(body.len());
            match dice.below(4) {
                0 => body[at] ^= 1 << dice.below(8),
                1 => {
                    let last = body.len().min(at + 8);
                    body[at..last].fill(*dice.any(&[0, 0xff, 0x7f, 1]));
                }
                2 => {
                    body.splice(at..at, [0; 4]);
                }
                _ => body.truncate(at.max(1)),
            }
        }
    }
    if sealed && !dice.once_in(3) {
        header = told(&header, &body).unwrap_or(header);
    }
    let mut bytes = [&header[..], b"\n", &body].concat();
    if sealed {
        let seal = if dice.once_in(8) { 0 } else { digest_bytes(&bytes).0 };
        bytes.extend(seal.to_le_bytes());
    }
    bytes
}

/// The header with the digest that its first machine has now.
fn told(header: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let mut value: serde_json::Value = serde_json::from_slice(header).ok()?;
    let run = value.get_mut("runs")?.get_mut(0)?;
    let length = run["arrays"][0]["bytes"].as_u64()? as usize;
    *run.get_mut("digest")? = digest_bytes(body.get(..length)?).to_string().into();
    serde_json::to_vec(&value).ok()
}
