//! Bytes of an exported text: UTF-8, UTF-16 or what Windows wrote before both.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text of some bytes, and the name of their encoding.
pub(crate) fn decode(bytes: Vec<u8>) -> (String, &'static str) {
    if bytes.starts_with(&[0xff, 0xfe]) || looks_like_utf16(&bytes, 1) {
        return (UTF_16LE.decode(&bytes).0.into_owned(), "UTF-16");
    }
    if bytes.starts_with(&[0xfe, 0xff]) || looks_like_utf16(&bytes, 0) {
        return (UTF_16BE.decode(&bytes).0.into_owned(), "UTF-16");
    }
    match String::from_utf8(bytes) {
        Ok(text) => match text.strip_prefix('\u{feff}') {
            Some(rest) => (rest.to_owned(), "UTF-8"),
            None => (text, "UTF-8"),
        },
        Err(error) => (WINDOWS_1252.decode(error.as_bytes()).0.into_owned(), "Latin-1"),
    }
}

/// Whether every second byte of the beginning is zero: a header in letters a to z.
fn looks_like_utf16(bytes: &[u8], zero: usize) -> bool {
    let start = &bytes[..bytes.len().min(64)];
    start.len() >= 8 && start.chunks_exact(2).all(|pair| pair[zero] == 0 && pair[1 - zero] != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_told_from_the_others() {
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        for (bytes, text, name) in [
            ("Größe".as_bytes().to_vec(), "Größe", "UTF-8"),
            ("\u{feff}Größe".as_bytes().to_vec(), "Größe", "UTF-8"),
            (vec![b'G', b'r', 0xf6, 0xdf, b'e'], "Größe", "Latin-1"),
            (vec![0x80, b' ', b'5'], "€ 5", "Latin-1"),
            ([vec![0xff, 0xfe], utf16("Größe")].concat(), "Größe", "UTF-16"),
            (utf16("Record ID,Name"), "Record ID,Name", "UTF-16"),
            (Vec::new(), "", "UTF-8"),
        ] {
            assert_eq!(decode(bytes), (text.to_owned(), name));
        }
    }
}
