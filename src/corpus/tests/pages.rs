//! Tests of daily papers pages: the four real ones, and what other pages may look like.

use std::sync::LazyLock;

use super::*;

/// The papers of the four pages.
static SEEDS: LazyLock<Vec<Paper>> = LazyLock::new(|| papers(read(open(&[file("seeds")]).expect("a corpus"))));

/// Title and abstract of each paper on a page, and whether the page is recognised.
fn page(text: &str) -> (Fit, Vec<(String, String)>) {
    let format = format_named("daily_papers").expect("a format");
    let mut pairs = Vec::new();
    let mut input = text.as_bytes();
    let read = format.read(&mut input, "page", &mut |record| {
        if let Record::Paper(paper) = record {
            pairs.push((paper.title, paper.abstract_text));
        }
        Ok(())
    });
    read.expect("memory can be read");
    (format.recognizes(text), pairs)
}

fn titles(text: &str) -> Vec<String> {
    page(text).1.into_iter().map(|(title, _)| title).collect()
}

/// An abstract of some 500 characters.
fn long(n: usize) -> String {
    let sentence = "We study how the results of a method depend on the model behind it";
    format!("{sentence}, case {n}. ").repeat(7).trim_end().to_owned()
}

/// `count` papers, title and abstract each on a line, with `gap` behind every line.
fn body(count: usize, gap: &str) -> String {
    (0..count).map(|n| format!("Title Number {n} of the Page{gap}{}{gap}", long(n))).collect()
}

mod seeds {
    use super::*;

    #[test]
    fn the_four_pages_hold_442_papers() {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for paper in SEEDS.iter() {
            *counts.entry(paper.source.clone()).or_default() += 1;
        }
        assert_eq!(counts.into_values().collect::<Vec<_>>(), [123, 127, 119, 73]);
    }

    #[test]
    fn titles_are_titles_and_abstracts_are_abstracts() {
        for paper in SEEDS.iter() {
            assert!((15..=175).contains(&paper.title.chars().count()), "{}", paper.title);
            assert!(paper.abstract_text.len() > 600, "{}", paper.title);
            for header in ["Subscribe", "Get trending", "Daily Papers", "by", "Jul 28", "Sep", "new"] {
                assert!(!paper.title.starts_with(header), "{}", paper.title);
            }
        }
    }

    #[test]
    fn thirty_four_titles_occur_more_than_once_never_on_one_page() {
        let mut sources: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for paper in SEEDS.iter() {
            sources.entry(&paper.title).or_default().push(&paper.source);
        }
        let repeated: Vec<_> = sources.into_values().filter(|sources| sources.len() > 1).collect();
        assert_eq!(repeated.len(), 34);
        // 29 titles stand on two pages and 5 on three.
        assert_eq!(repeated.iter().map(|sources| sources.len() - 1).sum::<usize>(), 39);
        assert!(repeated.iter().all(|sources| sources.iter().collect::<BTreeSet<_>>().len() == sources.len()));
    }

    #[test]
    fn every_title_stands_on_its_line() {
        let mut pages: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for paper in SEEDS.iter() {
            let read = || fs::read_to_string(&paper.source).expect("a page").lines().map(str::to_owned).collect();
            let lines = pages.entry(paper.source.clone()).or_insert_with(read);
            let line = &lines[paper.line as usize - 1];
            assert_eq!(clean::plain(line.strip_prefix("Subscribe").unwrap_or(line)), paper.title);
        }
    }

    #[test]
    fn ids_name_the_page_and_the_place() {
        let all = &*SEEDS;
        assert_eq!(all[0].id.as_str(), "000_b9d33a1091af299e:1");
        assert_eq!(all[441].id.as_str(), "003_bfa4295cb52a484e:73");
        assert_eq!(all.iter().map(|paper| &paper.id).collect::<BTreeSet<_>>().len(), 442);
    }

    #[test]
    fn the_layout_does_not_matter() {
        for name in ["seeds/002_9723c1aeccdf2121.txt", "seeds/003_bfa4295cb52a484e.txt"] {
            let text = fs::read_to_string(file(name)).expect("a page");
            let original = page(&text);
            let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
            let papers = lines.len() - 2 * original.1.len();
            let bare = lines[papers..].join("\n");
            let bare = bare.strip_prefix("Subscribe").unwrap_or(&bare).to_owned();
            let pairs = lines.join("\n").replace("Daily Papers", "\nDaily Papers\n") + "\n";
            for other in [
                lines.join("\n"),
                lines.join("\n\n"),
                lines.join("  \n \n") + "\n\n\n",
                lines.iter().map(|line| format!("{line}\n\n\n")).collect(),
                pairs,
                format!("{text}\n{text}").replace("\n\n", "\n"),
                bare.replace('\n', "\n\n"),
                bare,
            ] {
                let (fit, found) = page(&other);
                assert_eq!(fit, Fit::Content);
                assert!(!found.is_empty() && found.chunks(original.1.len()).all(|once| once == original.1));
            }
        }
    }
}

mod headers {
    use super::*;

    #[test]
    fn headers_are_known_by_the_kinds_of_their_lines() {
        let expected = titles(&body(3, "\n"));
        for header in [
            "Get trending papers in your email inbox!\nSubscribe",
            "Get trending papers in your email inbox once a day!Subscribe",
            "newGet trending papers in your email inbox once a day!Get trending papers in your email inbox!Subscribe\n",
            "new\nGet trending papers in your email inbox!\nSubscribe\nDaily Papers\nbyAK and the research community\nJul 28\n",
            "new\nGet trending papers in your email inbox!\nSubscribe\nTrending Papers\nby\nAK\nand the research community\n",
            "Subscribe\nDaily Papers\nby Jane Doe and the research community\nMonday, 28th of July 2025\n",
            "Receive the best papers in your inbox every morning.\nSubscribe\nWeekly Papers\nWeek 31, 2025\n",
            "Subscribe to our daily newsletter\nDaily Papers\n2025-07-28\nA list that is made by people. Every day.\n",
            "Daily Papers\nbyAK and the research community\n28.7.2025\nmixture of experts\nDaily\nWeekly\nMonthly\n",
            "Sign up for the newsletter, get papers in your inbox\nSubscribe\nHeute\n28. Juli\n",
            "Get trending papers in your email inbox!\nSubscribe\nAn introduction.\n",
        ] {
            for text in [format!("{header}{}", body(3, "\n")), format!("{header}\n\n{}", body(3, "\n\n")).replace('\n', "\n\n")] {
                let (fit, found) = page(&text);
                assert_eq!(fit, Fit::Content, "{text}");
                let found: Vec<_> = found.into_iter().map(|(title, _)| title).collect();
                assert_eq!(found, expected, "{header}");
            }
        }
    }

    #[test]
    fn a_page_needs_no_header() {
        let (fit, found) = page(&body(4, "\n\n"));
        assert_eq!((fit, found.len()), (Fit::Content, 4));
        assert_eq!(page(&body(3, "\n\n")).0, Fit::No);
        let dated = format!("28 July 2025\n\n{}", body(4, "\n\n"));
        assert_eq!((page(&dated).0, titles(&dated).len()), (Fit::Content, 4));
    }

    #[test]
    fn the_button_is_removed_and_words_like_it_are_not() {
        for title in ["dots: a Title", "3D Titles", "\"Quoted\" Titles", "日本語の題名", "RSS Feeds"] {
            let text = format!("Get papers in your inbox!\nSubscribe{title}\n{}\n", long(1));
            assert_eq!(titles(&text), [title]);
        }
        for title in ["Subscribers and What They Read", "Subscription Models", "Subscribed Channels"] {
            let text = format!("Get papers in your inbox!\nSubscribe\n{title}\n{}\n", long(1));
            assert_eq!(titles(&text), [title]);
        }
    }

    #[test]
    fn titles_like_header_lines_are_titles() {
        let names = [
            "By My Eyes: Reading with Images",
            "New Methods for Newsletter Ranking",
            "Daily Papers as a Data Set",
            "Get Rich or Die Trying",
            "March of the Models",
            "Join the Dots",
            "Privacy",
            "Models",
            "Community Notes",
            "May 68 and Its Tweets",
            "2 Authors, 3 Opinions",
            "Trending Papers and Where They End",
        ];
        let papers: String = names.iter().map(|name| format!("{name}\n\n{}\n\n", long(1))).collect();
        let text = format!("Get papers in your inbox!\n\nSubscribe\n\nA First Title\n\n{}\n\n{papers}", long(0));
        assert_eq!(titles(&text)[1..], names);
    }
}

mod turns {
    use super::*;

    const HEADER: &str = "Get trending papers in your email inbox!\n\nSubscribe\n\n";

    fn found(pieces: &[&str]) -> Vec<(String, usize)> {
        let text = format!("{HEADER}First Title\n\n{}\n\n{}", long(0), pieces.join("\n\n"));
        page(&text).1.into_iter().map(|(title, text)| (title, text.len())).collect()
    }

    #[test]
    fn wide_titles_and_narrow_abstracts() {
        let title = "A Very Long Title ".repeat(13);
        let (a, b) = (long(1), long(2));
        let all = found(&[title.trim(), &a, "Second", "This paper has been withdrawn.", "Third", &b]);
        assert_eq!(all.iter().map(|(_, length)| *length).collect::<Vec<_>>(), [long(0).len(), a.len(), 30, b.len()]);
        assert_eq!(found(&["Second", "Short, but an abstract."])[1], ("Second".to_owned(), 23));
    }

    #[test]
    fn further_paragraphs_belong_to_the_abstract() {
        let (a, b) = (long(1), long(2));
        let all = found(&["Second", &a, &b, "Third", &a, "Code: https://example.org/code", "fourth: a Title", &b]);
        let lengths = [long(0).len(), a.len() + 1 + b.len(), a.len() + 31, b.len()];
        assert_eq!(all.iter().map(|(_, length)| *length).collect::<Vec<_>>(), lengths);
        assert_eq!(all[3].0, "fourth: a Title");
    }

    #[test]
    fn papers_without_abstract_are_kept() {
        let a = long(1);
        let all = found(&[
            "Second without Text",
            "Third",
            &a,
            "Fourth without Text",
            "Fifth without Text",
            "Sixth",
            &a,
            "Last",
        ]);
        let bare: Vec<_> = all.iter().filter(|(_, length)| *length == 0).map(|(title, _)| title.as_str()).collect();
        assert_eq!(bare, ["Second without Text", "Fourth without Text", "Fifth without Text", "Last"]);
        assert_eq!(all.len(), 7);
    }

    #[test]
    fn titles_and_abstracts_may_be_broken_into_lines() {
        let wrapped = "We break this text into lines of one width, as dumps of some programs do it,\n\
            so that each line but the last ends where the next word would not have fitted on\n\
            it. That makes an abstract of four narrow lines, none of which is an abstract by\n\
            itself. It is joined again before titles are told from abstracts by the width of\n\
            2025.";
        let plain = wrapped.replace('\n', " ");
        let title = "A Title That Is So Long That It Did Not Fit into a Single Line of the\n  dump it was found in";
        let text = format!("{HEADER}{title}\n\n{wrapped}\n\nSecond Title\n{wrapped}\n\nThird Title\n\n{wrapped}\n");
        let expected = [title.replace("\n ", ""), "Second Title".to_owned(), "Third Title".to_owned()];
        assert_eq!(page(&text).1, expected.map(|title| (title, plain.clone())));
    }

    #[test]
    fn facts_beside_papers_are_no_papers() {
        let a = long(1);
        let all = found(&[
            "·",
            "12 authors",
            "Oct 7, 2024",
            "Google",
            "·",
            "Oct 23, 2025",
            "1",
            "[-] 74",
            "Submitted by",
            "jane",
            "▲ 1.2k",
            "GitHub 11.3k",
            "https://example.org/papers/2510.1",
            "Second",
            &a,
            "- 8 authors",
            "View PDF",
            "2 comments",
            "Previous",
            "1",
            "2",
            "Next",
            "TOS",
            "Privacy",
        ]);
        assert_eq!(all, [("First Title".to_owned(), long(0).len()), ("Second".to_owned(), a.len())]);
    }
}

mod other_texts {
    use super::*;

    #[test]
    fn other_texts_are_no_pages() {
        let paragraphs = format!("{}\n\n{}\n\n", long(1), long(2));
        for text in [
            String::new(),
            "Buy milk.\nCall the plumber about the sink.\n".to_owned(),
            format!("# A Tool\n\n{}\n\n## Install It Like This\n\n{}\n\n", long(1), long(2)).repeat(4),
            format!("Chapter One of the Book\n\n{paragraphs}").repeat(5),
            format!("Subscribe to our newsletter\n\nWhat I Learned This Week\n\n{}", paragraphs.repeat(6)),
            "He went down to the sea. It was cold and the boats had not come back. ".repeat(40),
            (1..9)
                .map(|n| format!("Notes of Day {n}\n\n{}\n\n", "It rained and nobody came to the shop. ".repeat(12)))
                .collect(),
            (1..9).map(|n| format!("word{n}\n")).collect(),
        ] {
            assert_eq!(page(&text).0, Fit::No, "{text}");
        }
    }

    #[test]
    fn the_files_of_this_repository_are_no_pages() {
        for name in ["src/corpus/mod.rs", "src/corpus/page.rs", "src/corpus/tests/pages.rs"] {
            let text = fs::read_to_string(file(name)).expect("a file");
            assert!(FORMATS.iter().all(|format| format.recognizes(&text) != Fit::Content), "{name}");
        }
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn any_papers_in_any_layout_are_found(
        papers in proptest::collection::vec(("[A-Z][a-z]{2,9}( [A-Za-z0-9:-]{2,9}){2,12}", 6_usize..30), 1..12),
        header in 0_usize..4, dense in any::<bool>(), end in "[ \n]{0,3}",
    ) {
        let headers = [
            "Get trending papers in your email inbox once a day!\nGet trending papers in your email inbox!\nSubscribe",
            "new\nGet trending papers in your email inbox!\nSubscribe\nDaily Papers\nbyAK and the research community\nJul 28\n",
            "Subscribe\nDaily Papers\n2025-07-28\n",
            "",
        ];
        let body: Vec<String> = papers.iter().flat_map(|(title, n)| [title.clone(), long(*n)]).collect();
        let text = format!("{}{}{end}", headers[header], body.join("\n"));
        let text = if dense { text } else { text.replace('\n', "\n\n") };
        let found: Vec<String> = page(&text).1.into_iter().flat_map(|(title, text)| [title, text]).collect();
        prop_assert_eq!(found, body);
    }
}
