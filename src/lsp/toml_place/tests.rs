use super::*;

fn place(text: &str) -> Option<(String, TomlPart, String)> {
    let offset = text.find('|').unwrap();
    let place = TomlPlace::at(&text.replace('|', ""), offset)?;
    Some((place.path.join("."), place.part, text[place.start..offset].to_owned()))
}

#[test]
fn a_place_is_told_by_what_stands_before_it() {
    use TomlPart::{Head, Key, Value};
    let quoted = || Value(Some("\""));
    for (text, path, part, typed) in [
        ("|", "", Key, ""),
        ("na|", "", Key, "na"),
        ("name = 'ü'\r\ncur|", "", Key, "cur"),
        ("na|me = 1", "", Key, "na"),
        ("[|", "", Head, ""),
        ("[stage.le|]", "stage", Head, "le"),
        ("[stage.lead]\n[stage.lead.re|", "stage.lead", Head, "re"),
        ("[stage.\"le|\"]", "stage", Head, "le"),
        ("[[assign]]\nwork|", "assign", Key, "work"),
        ("currency = |", "currency", Value(None), ""),
        ("currency =|", "currency", Value(None), ""),
        ("currency = \"EU|\"", "currency", quoted(), "EU"),
        ("stages = [\"a\", \"b|", "stages", quoted(), "b"),
        ("stages = [\n  'a', # x = 1\n  '|", "stages", Value(Some("'")), ""),
        ("[s.x.requires]\na = { title = \"x, y = }\", app|", "s.x.requires.a", Key, "app"),
        ("[s.x]\na.b = { approval = \"|\" }", "s.x.a.b.approval", quoted(), ""),
        ("by = [{ group = 'x' }, { wh|", "by", Key, "wh"),
        ("r = \"\"\"\namount > 0 &&\n  sta|", "r", Value(Some("\"\"\"")), "\namount > 0 &&\n  sta"),
        ("r = { a = 1,\n  b|", "r", Key, "b"),
        // What is not ended on a line before does not reach further than that line.
        ("a = \"open\n[stage.x]\nmax|", "stage.x", Key, "max"),
        ("a = [\"x\",\nb = 1\nc|", "", Key, "c"),
        ("a = [\"x\",\n[stage.lead]\ngo|", "stage.lead", Key, "go"),
        ("a = { b = 1\nc = 2\nd|", "", Key, "d"),
        ("[stage.\nx = 1\ny|", "stage", Key, "y"),
        ("x y z\na|", "", Key, "a"),
    ] {
        assert_eq!(place(text), Some((path.to_owned(), part, typed.to_owned())), "{text}");
    }
    for text in
        ["# na|", "a = 'b' |", "a = 'b' # x|", "x = ['a'|", "x y z|", "a = { b = 1 |", "[a]|", "a = 1 # na|"]
    {
        assert_eq!(place(text), None, "{text}");
    }
}

#[test]
fn no_text_is_too_odd() {
    let text = "[a.'b']\nx.\"y\" = [{ z = '''ü\n''' }, \"\\\"\", [1]] # c\n\u{feff}[[q]]\r\n";
    let letters: Vec<char> = text.chars().collect();
    for from in 0..letters.len() {
        for to in from..=letters.len() {
            let some: String = letters[from..to].iter().collect();
            let place = TomlPlace::at(&some, some.len());
            assert!(place.is_none_or(|it| some.is_char_boundary(it.start) && it.start <= some.len()));
        }
    }
    assert_eq!(TomlPlace::at("ü", 1), None, "inside of a letter");
    for deep in ["[", "{a=", "[{a=", "[["] {
        let text = format!("x = {}", deep.repeat(200_000));
        assert_eq!(TomlPlace::at(&text, text.len()), None);
    }
}
