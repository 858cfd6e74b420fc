//! Tests of the XML formats: damage, bombs, and what stands around records.

use super::*;

/// Line and title, or line and reason, of each record.
fn told(format: &str, text: &str) -> Vec<String> {
    let mut told = Vec::new();
    let mut input = text.as_bytes();
    let read = format_named(format).expect("a format").read(&mut input, "test", &mut |record| {
        told.push(match record {
            Record::Paper(paper) => format!("{} {}", paper.line, paper.title),
            Record::Skipped(skipped) => format!("{} ! {}", skipped.line, skipped.reason),
        });
        Ok(())
    });
    read.expect("memory can be read");
    told
}

/// An EndNote file with these texts as records, each on a line.
fn endnote(records: &[&str]) -> String {
    format!("<xml><records>\n{}\n</records></xml>\n", records.join("\n"))
}

fn record(title: &str) -> String {
    format!("<record><titles><title>{title}</title></titles></record>")
}

#[test]
fn a_damaged_record_costs_itself() {
    let (one, two) = (record("One"), record("Two"));
    let unclosed = |quote: char| {
        format!("not valid XML: syntax error: attribute value not closed: `{quote}` not found before end of input")
    };
    for (damaged, reason) in [
        ("<record><titles><title>T</titles></record>", "</titles> stands where </title> is expected, on line 3"),
        ("<record><titles><title>T", "<record> begins before </title>"),
        ("<record><titles></record></titles>", "</record> stands where </titles> is expected, on line 3"),
        ("<record><!bad></record>", "not valid XML: syntax error: unknown or missed symbol in markup"),
        ("<titles><title>T</title></titles></record>", "</record> without a start"),
        ("<record><title>p < 0.05</title></record>", "not valid XML: < inside a tag"),
        ("<record><title>p < \"5</title></record>", &unclosed('"')),
        ("<record><titles a='x></titles></record>", &unclosed('\'')),
    ] {
        let text = endnote(&[&one, damaged, &two]);
        assert_eq!(told("endnote_xml", &text), ["2 One", &format!("3 ! {reason}"), "4 Two"], "{damaged}");
    }
}

#[test]
fn a_cut_file_gives_what_is_whole_and_then_one_reason() {
    let text = endnote(&[&record("One"), &record("Two &amp; <style a='b'>three</style>"), &record("Four")]);
    let end = text.trim_end().len();
    for at in (0..end).filter(|at| text.is_char_boundary(*at)) {
        let found = told("endnote_xml", &text[..at]);
        let (bad, good): (Vec<_>, Vec<_>) = found.iter().partition(|line| line.contains('!'));
        assert_eq!(bad.len(), 1, "cut at {at}: {found:?}");
        assert!(found.last() == bad.first().copied() && good.len() == text[..at].matches("</record>").count());
    }
    assert_eq!(told("endnote_xml", &text[..end]).len(), 3);
}

#[test]
fn sloppy_text_is_no_damage() {
    let text = endnote(&[&record("R&D; A & B &amp;amp; &#x3b1;&#0;&nope;"), &record("<![CDATA[a < b]]><!-- no -->c")]);
    assert_eq!(told("endnote_xml", &text), ["2 R&D; A & B &amp; α\u{fffd}&nope;", "3 a < bc"]);
}

#[test]
fn entities_of_the_file_are_not_expanded() {
    let mut bomb = "<!DOCTYPE xml [<!ENTITY a0 \"ha\">".to_owned();
    for n in 1..30 {
        bomb += &format!("<!ENTITY a{n} \"&a{0};&a{0};&a{0};&a{0};\">", n - 1);
    }
    bomb += "<!ENTITY file SYSTEM \"file:///etc/passwd\">]>\n";
    let text = bomb + &endnote(&[&record("&a29;&file;")]);
    assert_eq!(told("endnote_xml", &text), ["3 &a29;&file;"]);
}

#[test]
fn depth_is_harmless_in_and_around_records() {
    let deep = "<a>".repeat(100_000);
    let (one, two) = (record("One"), record("Two"));
    let text = endnote(&[&one, &format!("<record>{deep}"), &two]);
    let reason = "3 ! its elements are nested deeper than 200 levels";
    assert_eq!(told("endnote_xml", &text), ["2 One", reason, "4 Two"]);
    let around = format!("<xml>{deep}{two}");
    assert_eq!(told("endnote_xml", &around), ["1 Two", "1 ! the file ends before </xml>"]);
}

#[test]
fn a_record_without_end_does_not_fill_the_memory() {
    let filler = "<keyword>word</keyword>".repeat(200_000);
    let text = endnote(&[&record("One"), &format!("<record>{filler}</record>"), &record("Two")]);
    assert_eq!(told("endnote_xml", &text), ["2 One", "3 ! larger than 16 MiB", "4 Two"]);
    let text = endnote(&[&record("One"), &record(&"word ".repeat(4_000_000)), &record("Two")]);
    assert_eq!(told("endnote_xml", &text), ["2 One", "3 ! larger than 16 MiB", "4 Two"]);
}

#[test]
fn tags_that_never_end_do_not_take_for_ever() {
    let text = endnote(&[&record("One"), &"<record '<a \"".repeat(1_000), &record("Two")]);
    let found = told("endnote_xml", &text);
    assert!(found.first().is_some_and(|first| first == "2 One") && found.last().is_some_and(|last| last == "4 Two"));
    assert!(found[1..found.len() - 1].iter().all(|line| line.starts_with("3 ! not valid XML: ")));
}

#[test]
fn files_one_behind_the_other_and_bare_records_are_read() {
    let article = |id: u32| {
        format!("<PubmedArticle><MedlineCitation><PMID>{id}</PMID><Article><ArticleTitle>T{id}</ArticleTitle></Article></MedlineCitation></PubmedArticle>")
    };
    let set =
        |id| format!("<?xml version=\"1.0\"?>\n<!DOCTYPE x>\n<PubmedArticleSet>{}</PubmedArticleSet>\n", article(id));
    assert_eq!(told("pubmed_xml", &(set(1) + &set(2))), ["3 T1", "6 T2"]);
    assert_eq!(told("pubmed_xml", &article(3)), ["1 T3"]);
    assert_eq!(told("pubmed_xml", "<x:set xmlns:x='y'><x:MedlineCitation/></x:set>"), ["1 "]);
}

#[test]
fn empty_files_of_a_format_hold_no_records() {
    for (format, text) in [
        ("arxiv_atom", "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>arXiv Query</title></feed>"),
        ("pubmed_xml", "<PubmedArticleSet/>"),
        ("acl_xml", "<collection id=\"X\"><volume id=\"1\"><frontmatter/></volume></collection>"),
        ("endnote_xml", "<xml><records></records></xml>"),
    ] {
        assert_eq!(told(format, text), Vec::<String>::new());
        assert_eq!(told(format, "Buy milk."), ["1 ! not XML: there is no element"]);
    }
}

#[test]
fn text_of_nested_elements_is_read_as_a_person_would() {
    for (markup, text) in [
        ("H<sub>2</sub>O in <i>E. <b>coli</b></i>s", "H2O in E. colis"),
        ("one<br/>two<p>three</p>four", "one two three four"),
        (
            "<m:math><m:mi>\n x</m:mi>\n<m:mtext>is </m:mtext><m:annotation>x</m:annotation>\n<m:mn>5</m:mn></m:math>",
            "xis 5",
        ),
        ("<tex-math>$x$</tex-math><tex-math> </tex-math>", "x"),
    ] {
        let found = told("endnote_xml", &endnote(&[&record(markup)]));
        let titles: Vec<String> = found.iter().map(|line| clean::plain(line)).collect();
        assert_eq!(titles, [format!("2 {text}")]);
    }
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn almost_xml_never_panics(
        pieces in proptest::collection::vec("</?(record|entry|paper|meta|volume|PubmedArticle|MedlineCitation|a|b:c)( id='?x'?)?/?>|<!\\[CDATA\\[|\\]\\]>|<!--|-->|<\\?|\\?>|&[a#x1]{0,3};?|<!|[<>'\"a \n]", 0..40),
    ) {
        let text = pieces.concat();
        for format in ["arxiv_atom", "pubmed_xml", "acl_xml", "endnote_xml"] {
            told(format, &text);
            format_named(format).expect("a format").recognizes(&text);
        }
    }

    #[test]
    fn what_is_written_is_read(titles in proptest::collection::vec("\\PC{1,12}", 1..6)) {
        let escaped = titles.iter().map(|title| record(&quick_xml::escape::escape(title.as_str())));
        let text = endnote(&escaped.collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>());
        let expected = titles.iter().enumerate().map(|(at, title)| format!("{} {}", at + 2, title.trim()));
        prop_assert_eq!(told("endnote_xml", &text), expected.collect::<Vec<_>>());
    }
}
