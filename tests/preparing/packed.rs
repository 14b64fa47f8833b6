//! Inputs packed by gzip and zstd: read as streams, and no damaged one is taken for whole.

use std::io::Write;

use dialoq::data::look::HEAD;
use dialoq::data::packed::WINDOW;
use dialoq::data::settings::Settings;
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::{Done, chat, clean, run, told};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

fn read(name: &str, bytes: &[u8]) -> Result<Done, String> {
    run(&[(name, bytes)], None, &Settings { record_bytes: 1 << 16, near: None, ..Settings::default() })
}

fn talk(n: usize) -> String {
    // No two are alike, so that much of it is packed bytes.
    let word =
        |k: usize| (0..12).map(|i| format!("{:x}", (k * 7919 + i * 104_729) * 2_654_435_761 % 1_000_003)).collect::<Vec<_>>().join(" ");
    (0..n).map(|k| chat(&[&format!("question {k} on {}", word(k)), &format!("answer {k}: {}", word(k + n))]) + "\n").collect()
}

#[test]
fn packed_files_are_read_as_what_is_in_them() {
    let text = talk(3000);
    let plain = clean("logs/a.jsonl", &text);
    let half = text.match_indices('\n').nth(1400).unwrap().0 + 100;
    let (one, two) = (&text.as_bytes()[..half], &text.as_bytes()[half..]);
    let skipped = [&[0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3][..], &zstd(text.as_bytes())].concat();
    for (name, bytes, kind) in [
        ("logs/a.jsonl.gz", gzip(text.as_bytes()), "gzip"),
        ("logs/a.jsonl.GZ", [gzip(one), gzip(b""), gzip(two)].concat(), "gzip"),
        ("logs/a.jsonl.zst", zstd(text.as_bytes()), "zstd"),
        ("logs/a.jsonl.zst", [zstd(one), zstd(two)].concat(), "zstd"),
        ("logs/a.jsonl.zst", skipped, "zstd"),
        ("logs/a.jsonl", gzip(text.as_bytes()), "gzip"),
    ] {
        let done = run(&[(name, &bytes)], None, &Settings::default()).unwrap();
        let input = &done.report.inputs[0];
        assert_eq!((input.packed, input.bytes, input.format), (Some(kind), bytes.len() as u64, Some("messages")));
        let ids = |done: &Done| done.records().iter().map(|r| (r.id.clone(), told(r))).collect::<Vec<_>>();
        assert_eq!(ids(&done), ids(&plain), "{name}: the same records with the same ids");
    }
    let table = gzip(b"text,label\nhow late is it,time\n");
    assert_eq!(read("a.csv.gz", &table).unwrap().report.inputs[0].format, Some("table"));
    // An ending is no proof.
    assert_eq!(run(&[("a.jsonl.gz", text.as_bytes())], None, &Settings::default()).unwrap().report.inputs[0].packed, None);
}

#[test]
fn damaged_and_cut_streams_are_told_with_their_place() {
    let text = talk(3600);
    assert!(text.len() > HEAD * 5 / 4, "{} bytes: more than the first look takes", text.len());
    for (kind, whole) in [("gzip", gzip(text.as_bytes())), ("zstd", zstd(text.as_bytes()))] {
        for cut in [5, whole.len() / 2, whole.len() - 1] {
            let sentence = read("a.jsonl", &whole[..cut]).err().unwrap_or_else(|| panic!("{kind} cut at {cut} is taken for whole"));
            assert!(sentence.starts_with(&format!("its {kind} stream ends too early, after {cut} bytes of the file and ")), "{sentence}");
            assert!(sentence.ends_with("it was cut off, fetch it again"), "{sentence}");
        }
        let mut wrong = 0;
        for at in [whole.len() / 3, whole.len() / 2, whole.len() - 2] {
            let mut turned = whole.clone();
            turned[at] ^= 0x55;
            let sentence = read("a.jsonl", &turned).err().unwrap_or_else(|| panic!("{kind}, byte {at} turned, is taken for whole"));
            assert!(sentence.starts_with(&format!("its {kind} stream ")), "{sentence}");
            // A length that was turned reaches beyond the end.
            wrong += u32::from(sentence.contains(" stream is damaged within the first "));
        }
        assert!(wrong >= 1, "{kind}");
        // In a directory the rest is read, and the loss is told.
        let mut source = super::source("dir/b.jsonl", &whole[..whole.len() / 10 * 9]);
        source.named = false;
        let good = chat(&["how late is it", "nine o'clock"]);
        let done = super::prepared(vec![source, super::source("dir/a.jsonl", good.as_bytes())], None, &Settings::default()).unwrap();
        assert!(done.dropped().contains(&"read: unreadable".to_owned()), "{kind}");
        assert!(done.records().len() > 100);
    }
}

#[test]
fn what_follows_a_packed_stream_is_told_for_what_it_is() {
    let text = talk(3);
    for (kind, whole) in [("gzip", gzip(text.as_bytes())), ("zstd", zstd(text.as_bytes()))] {
        for zeros in [1, 3, 512, 100_000] {
            let padded = [whole.clone(), vec![0; zeros]].concat();
            assert_eq!(read("a.jsonl", &padded).unwrap().records().len(), 3, "{kind} and {zeros} zeros");
            let twice = [padded, whole.clone()].concat();
            assert_eq!(read("a.jsonl", &twice).unwrap().report.stages[0].rows_in, 6, "{kind}, {zeros} zeros and another stream");
        }
        let right = format!("behind its {kind} stream follow bytes that are no {kind}; unpack it by hand ({kind} -dc), or cut them off");
        for more in [&b"x"[..], b"no part of the archive at all", b"\0\0\0x"] {
            assert_eq!(read("a.jsonl", &[&whole, more].concat()).err().as_deref(), Some(right.as_str()), "{kind}");
        }
        // The beginning of another stream is one that was cut.
        let cut = [&whole[..], &whole[..3]].concat();
        assert!(read("a.jsonl", &cut).err().unwrap().ends_with("it was cut off, fetch it again"), "{kind}");
    }
}

#[test]
fn what_would_take_all_memory_is_refused() {
    // A frame's header with a window of 256 MiB, and nothing behind it. Source: RFC 8878, 3.1.1.1.2.
    let wide = [0x28, 0xb5, 0x2f, 0xfd, 0, (28 - 10) << 3, 1, 0, 0];
    let right = format!("its zstd window of 256 MiB is larger than the {} MiB allowed; pack it anew without --long", WINDOW >> 20);
    assert_eq!(read("a.jsonl.zst", &wide).err(), Some(right));
    // A few bytes that become a row, or a record, without an end.
    let long = vec![b'a'; 8 << 20];
    for pack in [gzip as fn(&[u8]) -> Vec<u8>, zstd] {
        let row = pack(&[b"text,label\nhow late is it,time\n\"", &long[..]].concat());
        assert!(row.len() < 1 << 17 && read("a.csv", &row).err().unwrap().contains("a row is longer than 65536 bytes"));
        let good = chat(&["how late is it", "nine o'clock"]);
        let record = pack(&[good.as_bytes(), b"\n{\"messages\": \"", &long, b"\"}\n", good.replace("nine", "ten").as_bytes()].concat());
        let done = read("a.jsonl", &record).unwrap();
        assert_eq!((done.records().len(), done.dropped()), (2, vec!["read: a record too long".to_owned()]));
    }
    for twice in [gzip(&gzip(b"[]")), gzip(&zstd(b"[]")), zstd(&gzip(b"[]"))] {
        assert!(read("a.jsonl.gz", &twice).err().unwrap().contains("packed twice"));
    }
    let mut tar = vec![0; 512];
    tar[..6].copy_from_slice(b"a.json");
    tar[257..262].copy_from_slice(b"ustar");
    assert_eq!(read("a.tar.gz", &gzip(&tar)).err().unwrap(), "it is a tar archive; unpack it first (tar -x)");
    assert!(read("a.gz", &gzip(b"")).err().unwrap().contains("empty"));
}
