//! Tests of the special kinds of JSON: told from each other and from generic JSON, also where they are damaged.

use super::*;

/// The format of a text, as the corpus would judge it.
fn kind(text: &str) -> Option<&'static str> {
    format_of(text, "json", &FieldMap::default()).map(|format| format.name())
}

/// Titles and reasons of the records that a format finds in a text.
fn titles(text: &str) -> Vec<String> {
    let format = format_of(text, "json", &FieldMap::default()).expect("a known format");
    let mut found = Vec::new();
    let mut input = text.as_bytes();
    let read = format.read(&mut input, "test", &mut |record| {
        found.push(match record {
            Record::Paper(paper) => paper.title,
            Record::Skipped(skipped) => skipped.reason,
        });
        Ok(())
    });
    read.expect("memory can be read");
    found
}

#[test]
fn kinds_are_known_by_their_content() {
    for (text, name) in [
        (r#"{"id": "0704.0001", "title": "T", "authors_parsed": []}"#, "arxiv_snapshot"),
        (r#"{"meta": {}, "results": [{"id": "https://openalex.org/W1", "title": "T"}]}"#, "openalex"),
        (r#"{"data": [{"citedPaper": {"corpusId": 1, "title": "T"}}]}"#, "semantic_scholar"),
        (r#"[null, {"authorId": "1", "name": "N", "papers": [{"corpusId": 1, "title": "T"}]}]"#, "semantic_scholar"),
        (r#"{"message": {"DOI": "10.1/x", "title": ["T"]}}"#, "crossref"),
        (r#"[{"id": "x"}, {"id": "a", "type": "book", "title": "T", "issued": {"raw": "1"}}]"#, "csl_json"),
        (r#"{"dailyPapers": [{"paper": {"id": "2501.00001", "title": "T", "upvotes": 1}}]}"#, "hf_daily"),
    ] {
        assert_eq!(kind(text), Some(name), "{text}");
    }
}

#[test]
fn generic_json_stays_generic() {
    for text in [
        r#"{"id": "0704.0001", "title": "T", "abstract": "A", "categories": "hep-ph", "update_date": "2008-11-26"}"#,
        r#"{"id": "W1", "title": "T", "abstract": "A", "authors": ["A. Person"], "concepts": []}"#,
        r#"{"paperId": "77", "title": "T", "abstract": "A", "citations": [{"corpusId": 1, "title": "U"}]}"#,
        r#"{"DOI": "10.1/x", "title": "T", "abstract": "A", "type": "book"}"#,
        r#"{"id": "2501.00001", "title": "T", "summary": "A", "authors": [{"name": "N"}]}"#,
    ] {
        assert_eq!(kind(text), Some("jsonl"), "{text}");
    }
}

#[test]
fn a_first_record_longer_than_the_head_is_judged_by_its_beginning() {
    let long = "word ".repeat(20);
    for (text, name) in [
        (format!(r#"{{"corpusid": 1, "externalids": {{}}, "content": {{"text": "{long}"#), "semantic_scholar"),
        (format!(r#"{{"message": {{"items": [{{"reference-count": 9, "DOI": "10.1/x", "note": "{long}"#), "crossref"),
        (format!(r#"{{"results": [{{"id": "https://openalex.org/W1", "x": ["{long}"#), "openalex"),
    ] {
        assert_eq!(kind(&text), Some(name), "{text}");
    }
}

#[test]
fn a_cut_file_gives_what_came_before() {
    let text = "{\"message\": {\"items\": [{\"DOI\": \"10.1/x\", \"title\": [\"T\"]},\n{\"DOI\": \"10.1/y\", \"tit";
    assert_eq!(titles(text), ["T", "the file ends inside this record"]);
    let text =
        "{\"id\": \"https://openalex.org/W1\", \"title\": \"T\"}\n{\"id\": \n{\"id\": \"W3\", \"title\": \"U\"}\n";
    let found = titles(text);
    assert_eq!((found.len(), found[0].as_str(), found[2].as_str()), (3, "T", "U"));
    assert!(found[1].starts_with("not valid JSON"));
}

#[test]
fn an_answer_without_records_is_known_too() {
    for (text, name) in [
        (r#"{"meta": {"count": 0, "db_response_time_ms": 3}, "results": []}"#, Some("openalex")),
        (r#"{"status": "ok", "message-type": "work-list", "message": {"items": []}}"#, Some("crossref")),
        (r#"{"total": 0, "offset": 0, "data": []}"#, Some("semantic_scholar")),
        (r#"{"meta": {"db_response_time_ms": 3}, "results": [{"id": "https://openalex.org/A1"}]}"#, None),
        (r#"{"results": []}"#, None),
    ] {
        assert_eq!(kind(text), name, "{text}");
        assert!(name.is_none() || titles(text).is_empty(), "{text}");
    }
}
