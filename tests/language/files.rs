//! Weights as files: there and back, and what is no such file.

use dialoq::lm::shape::{Gpt, Head};
use dialoq::lm::weights::{read, write};

use super::{gpt, key};

fn model(head: Head) -> (Gpt, Vec<f32>) {
    let gpt = gpt(11, 8, 16, 2, 2, head);
    let parameters = gpt.fresh(0.1, key(1));
    (gpt, parameters)
}

#[test]
fn what_was_written_reads_back_bit_by_bit() {
    for head in [Head::Language, Head::Value] {
        let (gpt, parameters) = model(head);
        let (same, numbers) = read(&write(&gpt, &parameters)).unwrap();
        assert_eq!(same, gpt);
        assert!(numbers.iter().zip(&parameters).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
}

#[test]
fn the_file_is_as_the_format_has_it() {
    let (gpt, parameters) = model(Head::Language);
    let bytes = write(&gpt, &parameters);
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    assert_eq!(bytes.len(), 8 + length + 4 * parameters.len());
    assert_eq!(length % 8, 0, "numbers are aligned");
    let header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
    let entry = &header["h.1.attn.c_attn.weight"];
    assert_eq!((entry["dtype"].as_str(), entry["shape"].to_string().as_str()), (Some("F32"), "[16,48]"));
    let start = entry["data_offsets"][0].as_u64().unwrap() as usize;
    let first = f32::from_le_bytes(bytes[8 + length + start..][..4].try_into().unwrap());
    assert_eq!(first, parameters[gpt.blocks[1].attend.range.start]);
    assert_eq!(header["__metadata__"]["vocabulary"], "11");
}

/// The file with its header's text changed.
fn changed(from: &str, to: &str) -> Vec<u8> {
    let (gpt, parameters) = model(Head::Language);
    let bytes = write(&gpt, &parameters);
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = String::from_utf8(bytes[8..8 + length].to_vec()).unwrap();
    assert!(header.contains(from), "{header}");
    let header = header.replacen(from, to, 1);
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &bytes[8 + length..]].concat()
}

#[test]
fn a_foreign_or_broken_file_is_refused_with_one_sentence() {
    let (gpt, mut parameters) = model(Head::Language);
    let whole = write(&gpt, &parameters);
    parameters[3] = f32::NAN;
    let cut = whole[..whole.len() - 5].to_vec();
    for (bytes, wanted) in [
        (Vec::new(), "weights: the file is too short to be one of safetensors"),
        (vec![0xff; 64], "weights: the header claims 18446744073709551615 bytes; this is no safetensors file, or it was cut short"),
        (whole[..200].to_vec(), "bytes; this is no safetensors file, or it was cut short"),
        (cut, "bytes of numbers; a model of these sizes has"),
        (changed("{\"__metadata__\"", "[\"__metadata__\""), "weights: the header is not JSON as safetensors has it"),
        (changed("__metadata__", "metadata"), "weights: the header has no __metadata__"),
        (changed("\"width\":\"16\"", "\"width\":\"wide\""), "weights: the metadata's width is wide; it must be a whole number in quotes"),
        (changed("\"width\":\"16\"", "\"width\":\"0\""), "the width is 0; it must be 1 to 4096"),
        (changed("\"head\":\"language\"", "\"head\":\"tail\""), "weights: the metadata's head is tail; it must be language or value"),
        (changed("\"vocabulary\":\"11\"", "\"vocabulary\":\"60000\""), "bytes of numbers; a model of these sizes has"),
        (changed("\"wpe.weight\"", "\"wpe.wait\""), "weights: there is no tensor wpe.weight"),
        (changed("F32", "F16"), "weights: wte.weight is F16 of [11, 16]; this model's sizes make it F32 of [11, 16]"),
        (changed("[11,16]", "[16,11]"), "weights: wte.weight is F32 of [16, 11]; this model's sizes make it F32 of [11, 16]"),
        (changed("\"data_offsets\":[0,", "\"data_offsets\":[4,"), "weights: wte.weight should be 704 bytes within the file's"),
        (changed("\"ln_f.bias\"", "\"other\":{},\"ln_f.bias\""), "weights: tensor other belongs to no model of these sizes"),
        (write(&gpt, &parameters), "weights: wte.weight holds NaN, which is not a finite number"),
    ] {
        let sentence = read(&bytes).unwrap_err().to_string();
        assert!(sentence.contains(wanted), "{sentence}\nis not\n{wanted}");
        assert!(!sentence.contains('\n'));
    }
}

#[test]
fn no_cut_of_a_file_panics() {
    let (gpt, parameters) = model(Head::Value);
    let bytes = write(&gpt, &parameters);
    for end in (0..bytes.len()).step_by(97) {
        assert!(read(&bytes[..end]).is_err(), "{end} bytes of {}", bytes.len());
    }
}

#[test]
fn a_model_with_any_bit_turned_is_refused_or_the_same_model() {
    let (gpt, parameters) = model(Head::Language);
    let mut bytes = write(&gpt, &parameters);
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    // All of the header, and a part of the numbers.
    for at in (0..8 + length).chain((8 + length..bytes.len()).step_by(97)) {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            if let Ok((other, numbers)) = read(&bytes) {
                let same = numbers.iter().zip(&parameters).all(|(a, b)| a.to_bits() == b.to_bits());
                assert!(other == gpt && same, "bit {bit} of byte {at} changes the model");
            }
            bytes[at] ^= 1 << bit;
        }
    }
}

#[test]
fn a_model_of_an_earlier_program_has_no_digest_and_opens() {
    let (gpt, parameters) = model(Head::Language);
    let bytes = write(&gpt, &parameters);
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let mut header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
    let metadata = header["__metadata__"].as_object_mut().unwrap();
    assert!(metadata.remove("digest").is_some());
    let one_of_two = |header: &serde_json::Value| {
        let text = header.to_string();
        read(&[&(text.len() as u64).to_le_bytes(), text.as_bytes(), &bytes[8 + length..]].concat())
    };
    assert!(one_of_two(&header).unwrap_err().to_string().contains("the digest is another than the metadata say"));
    header["__metadata__"].as_object_mut().unwrap().remove("sealed");
    assert_eq!(one_of_two(&header).unwrap(), (gpt, parameters));
}
