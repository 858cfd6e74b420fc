//! Labels, from vocabulary to topics.

use super::*;

/// Two subjects, six papers each, and what all of them say.
fn two_subjects() -> Vec<String> {
    let kernels = ["Graph kernels compare molecules.", "We propose graph kernels for proteins and molecules."];
    let auctions = ["Combinatorial auctions with bidders.", "Bidders in combinatorial auctions are truthful."];
    let common = "This paper presents a neural network method; experiments show good results of the neural network.";
    (0..12).map(|i| format!("{} {common}", if i < 6 { kernels[i % 2] } else { auctions[i % 2] })).collect()
}

fn read(texts: &[String]) -> Vocabulary {
    Vocabulary::from_texts(texts.iter().map(|text| ("", text.as_str())))
}

/// Topics whose keywords are these terms, for the coherence of words that occur in single-word texts.
fn topic_of_words(vocabulary: &Vocabulary, words: &[&str]) -> TopicTerms {
    let find = |word: &&str| {
        (0..vocabulary.len() as TermId).find(|term| vocabulary.term(*term).surface == **word).expect("a term")
    };
    TopicTerms { label: String::new(), keywords: Vec::new(), terms: words.iter().map(find).collect() }
}

#[test]
fn topics_are_called_by_what_sets_them_apart() {
    let texts = two_subjects();
    let vocabulary = read(&texts);
    let topics = label_topics(&vocabulary, &[0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], 2);
    assert!(topics[0].label.contains("raph kernels"), "{:?}", topics[0]);
    assert!(topics[1].label.to_lowercase().contains("combinatorial auctions"), "{:?}", topics[1]);
    assert!(!topics[0].keywords[..2].iter().any(|keyword| keyword.contains("neural")), "{:?}", topics[0]);
    assert_eq!(topics[0].keywords.len(), topics[0].terms.len());
}

#[test]
fn neither_the_order_of_papers_nor_that_of_topics_matters() {
    let mut texts = two_subjects();
    let forth = label_topics(&read(&texts), &[0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], 2);
    texts.reverse();
    let mut back = label_topics(&read(&texts), &[0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], 2);
    back.reverse();
    assert_eq!(forth, back);
}

#[test]
fn odd_divisions_have_labels_that_differ() {
    let texts = two_subjects();
    let vocabulary = read(&texts);
    let everything = label_topics(&vocabulary, &[0; 12], 1);
    assert!(!everything[0].keywords.is_empty());
    let each_its_own: Vec<usize> = (0..12).collect();
    for (topic_of, k) in [(each_its_own, 12), (vec![0; 12], 3), (vec![7; 12], 2), (Vec::new(), 2), (vec![0; 99], 1)] {
        let topics = label_topics(&vocabulary, &topic_of, k);
        let mut labels: Vec<String> = topics.iter().map(|topic| topic.label.to_lowercase()).collect();
        labels.sort();
        labels.dedup();
        assert_eq!(labels.len(), k, "{labels:?}");
        assert!(labels.iter().all(|label| !label.is_empty()));
    }
    assert!(label_topics(&vocabulary, &[], 0).is_empty());
    assert_eq!(label_topics(&vocabulary, &[], 2)[1].label, "Topic 2");
}

#[test]
fn topics_without_words_are_numbered() {
    let vocabulary = read(&["graph kernels".to_owned(), "🎉 12 %".to_owned(), String::new()]);
    let topics = label_topics(&vocabulary, &[0, 1, 2], 3);
    let labels: Vec<&str> = topics.iter().map(|topic| topic.label.as_str()).collect();
    assert_eq!(labels, ["graph kernels", "Topic 2", "Topic 3"]);
    assert!(topics[1].keywords.is_empty());
}

#[test]
fn keywords_do_not_repeat_themselves() {
    let mut texts: Vec<String> =
        vec!["Video diffusion models (VDMs) make clips. Video diffusion models, VDMs.".to_owned(); 8];
    texts.extend(vec!["Diffusion models and diffusion of heat.".to_owned(); 3]);
    texts.extend(vec!["Combinatorial auctions with bidders.".to_owned(); 9]);
    let topic_of: Vec<usize> = (0..20).map(|paper| usize::from(paper > 10)).collect();
    let keywords = &label_topics(&read(&texts), &topic_of, 2)[0].keywords;
    assert!(
        keywords.iter().filter(|keyword| keyword.to_lowercase().contains("diffusion")).count() <= 2,
        "{keywords:?}"
    );
    assert!(!keywords.iter().any(|keyword| keyword == "VDMs"), "{keywords:?}");
}

#[test]
fn coherence_is_that_of_the_formula() {
    let texts = ["alpha gamma", "alpha gamma", "alpha delta", "omega"].map(str::to_owned);
    let texts: Vec<String> = texts.iter().map(|text| text.replace(' ', ". ")).collect();
    let vocabulary = read(&texts);
    let topics = [["alpha", "gamma"], ["gamma", "delta"], ["delta", "omega"]];
    let mut topics: Vec<TopicTerms> = topics.iter().map(|words| topic_of_words(&vocabulary, words)).collect();
    topics.push(topic_of_words(&vocabulary, &["alpha"]));
    let found = npmi(&vocabulary, &topics);
    // Of 4 papers 3 have the one, 2 the other, 2 both: ln(0.5 / (0.75 * 0.5)) / -ln(0.5).
    let expected = [(0.5f32 / 0.375).ln() / -0.5f32.ln(), -1.0, -1.0, 0.0];
    assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6), "{found:?}");
    assert!((diversity(&topics) - 4.0 / 7.0).abs() < 1e-6);
    assert!((diversity(&[]) - 1.0).abs() < 1e-6);
}

#[test]
fn candidates_are_sorted_and_counted() {
    let texts = two_subjects();
    let vocabulary = read(&texts);
    let candidates = candidates(&vocabulary, &[0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], 2);
    for topic in &candidates {
        assert!(topic.windows(2).all(|pair| better(&pair[0], &pair[1]) == Ordering::Less));
        assert!(topic
            .iter()
            .all(|one| one.score > 0.0 && one.papers >= 1 && one.papers <= vocabulary.frequency(one.term)));
    }
}

#[test]
fn what_formulas_leave_behind_is_in_no_label() {
    let formulas =
        "Elliptic operators in Rn with u0 and dx. Weak solutions u0 dt; div Rn v1 dx. Elliptic operators, u0, dx.";
    let names = "AI agents with 3D vision, H2 storage and Fe catalysts. AI agents, H2, p53 mutations and CO in 3D.";
    let texts: Vec<String> = (0..16).map(|i| if i < 8 { formulas } else { names }.to_owned()).collect();
    let vocabulary = read(&texts);
    let topic_of: Vec<usize> = (0..16).map(|paper| paper / 8).collect();
    for topic in label_topics(&vocabulary, &topic_of, 2) {
        let words = topic.keywords.iter().chain([&topic.label]).flat_map(|term| term.split([' ', ',']));
        let debris = ["dx", "dt", "u0", "v1", "Rn", "div"];
        assert!(words.clone().all(|word| !debris.contains(&word)), "{topic:?}");
    }
    for name in ["ai", "3d", "h2", "fe", "p53"] {
        let has_name = |term| vocabulary.term(term).normal.split(' ').any(|word| word == name);
        assert!((0..vocabulary.len() as TermId).any(has_name), "{name}");
    }
}
