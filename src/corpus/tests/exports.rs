//! Tests of tagged texts and tables as databases export them.

use super::*;

/// Reads a text as a file with this name and this map of columns.
fn mapped(name: &str, text: &str, map: &[(&str, &str)]) -> Result<Vec<Paper>> {
    let folder = folder(&[(name, text)]);
    let map: Vec<(String, String)> = map.iter().map(|(field, column)| ((*field).into(), (*column).into())).collect();
    let options = ReadOptions { map: &map, ..ReadOptions::default() };
    Ok(papers(read(Corpus::open(&[folder.path().join(name)], &options)?)))
}

#[test]
fn columns_go_by_the_names_that_the_user_gives() {
    let table = "Nr,Name,Title,Inhalt,Jahr\n7,A name,A rank,A text,2020\n";
    let map = [("title", "Name"), ("abstract", "Inhalt"), ("id", "Nr"), ("year", "Jahr")];
    let lines = "{\"Nr\": 7, \"Name\": \"A name\", \"Title\": \"A rank\", \"Inhalt\": \"A text\", \"Jahr\": 2020}\n";
    for (name, text) in [("x.csv", table), ("x.jsonl", lines)] {
        let found = mapped(name, text, &map).expect("a corpus");
        let told = (found[0].id.as_str(), found[0].title.as_str(), found[0].abstract_text.as_str(), found[0].year);
        assert_eq!(told, ("7", "A name", "A text", Some(2020)), "{name}");
    }
    let error = mapped("x.csv", table, &[("name", "Name")]).expect_err("an error").to_string();
    let known =
        "title, abstract, id, authors, year, date, venue, volume, issue, pages, categories, doi, arxiv_id, pmid, url";
    assert_eq!(error, format!("unknown field 'name'; known: {known}"));
}

#[test]
fn a_file_that_was_cut_off_gives_what_came_before() {
    for (format, first, last) in [
        ("ris", "TY  - JOUR\nTI  - A\nAB  - B\nER  - \n", "TY  - JOUR\nTI  - C"),
        ("nbib", "PMID- 1\nOWN - NLM\nTI  - A\nAB  - B\n\n", "PMID- 2\nTI  - C"),
        ("wos_plain", "PT J\nAU X\nTI A\nAB B\nER\n\n", "PT J\nTI C"),
        ("bibtex", "@misc{a,\n title = {A},\n abstract = {B}\n}\n", "@misc{c,\n title = {C}"),
    ] {
        let found = mapped("x.txt", &format!("{first}{last}"), &[]).expect(format);
        let told: Vec<_> = found.iter().map(|paper| (paper.title.as_str(), paper.abstract_text.as_str())).collect();
        assert_eq!(told, [("A", "B"), ("C", "")], "{format}");
    }
}

#[test]
fn line_ends_and_encodings_do_not_matter() {
    let text = "TY  - JOUR\nTI  - Größe\nN2  - One\n  two\nER  - \n";
    let plain = mapped("x.ris", text, &[]).expect("a corpus");
    for other in [text.replace('\n', "\r\n"), text.replace('\n', "\r"), format!("\u{feff}{text}")] {
        let found = mapped("x.ris", &other, &[]).expect("a corpus");
        assert!(found[0].is_same_record(&plain[0]));
    }
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn broken_entries_never_panic(text in "(@(misc|string|comment)?[\\{(]|[a-z]{1,3}|[ =#,\"\\\\{}()%$~\n]|title|\\\\'e){0,80}") {
        read_all("bibtex", &format!("@misc{{k,\n title = {{{text}"));
    }

    #[test]
    fn odd_tags_never_panic(text in "((TY|ER|TI|AB|PT|PMID|[A-Z]{2}) {0,3}-? {0,2}[a-zé]{0,3}\n? {0,4}){0,30}") {
        ["ris", "nbib", "wos_plain", "wos_tab"].iter().for_each(|format| read_all(format, &text));
    }
}

/// Reads all of a text with one format, and looks no closer.
fn read_all(format: &str, text: &str) {
    let format = format_named(format).expect("a format");
    format.recognizes(text);
    format.read(&mut text.as_bytes(), "memory", &mut |_| Ok(())).expect("memory can be read");
}
