//! Terms, from texts to vocabulary.

use super::*;

fn read(papers: &[(&str, &str)]) -> Vocabulary {
    Vocabulary::from_texts(papers.iter().copied())
}

fn surfaces(vocabulary: &Vocabulary) -> Vec<&str> {
    vocabulary.terms.iter().map(|term| term.surface.as_str()).collect()
}

fn find<'a>(vocabulary: &'a Vocabulary, normal: &str) -> Option<(&'a str, u32)> {
    let term = vocabulary.terms.iter().position(|term| term.normal == normal)?;
    Some((vocabulary.terms[term].surface.as_str(), vocabulary.frequencies[term]))
}

#[test]
fn terms_are_names_in_their_commonest_form() {
    let vocabulary = read(&[
        ("Mixture of Experts", "A Vision Transformer is large. We use the Vision Transformer and LLMs."),
        ("On LLMs", "LLMs are slow, and a vision transformer is not. Mixture of Experts is older than LLMs."),
        ("", "We study fine-tuning of an LLM with a mixture of experts."),
        ("", "Fine tuning beats finetuning; the fine-tuning of GPT-4 in 3D. GPT-4, 3D."),
    ]);
    assert_eq!(find(&vocabulary, "vision transformer"), Some(("Vision Transformer", 2)));
    assert_eq!(find(&vocabulary, "llm"), Some(("LLMs", 3)));
    assert_eq!(find(&vocabulary, "mixture of experts"), Some(("Mixture of Experts", 3)));
    assert_eq!(find(&vocabulary, "fine tuning"), Some(("fine-tuning", 2)));
    assert_eq!(find(&vocabulary, "gpt 4"), Some(("GPT-4", 1)));
    assert_eq!(find(&vocabulary, "3d"), Some(("3D", 1)));
}

#[test]
fn no_term_crosses_punctuation_or_ends_in_a_stop_word() {
    let vocabulary = read(&[("", "Deep nets, graph kernels: random fields of matter. Tensor trains (quantum gates)")]);
    let found = surfaces(&vocabulary);
    for crossing in ["nets graph", "kernels random", "matter Tensor", "trains quantum"] {
        assert!(!found.iter().any(|term| term.contains(crossing)), "{crossing} in {found:?}");
    }
    assert!(found.iter().all(|term| !term.ends_with(" of") && !term.starts_with("of ")), "{found:?}");
}

#[test]
fn frequencies_count_papers_and_uses_count_times() {
    let vocabulary = read(&[("Kernels", "Graph kernels and graph kernels."), ("", "Graph kernels."), ("", "")]);
    let term = vocabulary.terms.iter().position(|term| term.normal == "graph kernels").expect("a term") as TermId;
    assert_eq!((vocabulary.papers(), vocabulary.frequency(term)), (3, 2));
    assert!(vocabulary.uses(0).contains(&Use { term, times: 2 }));
    assert!(vocabulary.uses(2).is_empty());
}

#[test]
fn the_order_of_papers_does_not_matter() {
    let mut papers = vec![
        ("Graph Kernels", "Graph-kernels and Graph kernels for molecules. Fine tuning."),
        ("graph kernels", "Molecules and spectra; a spectrum of graph kernels, fine-tuning."),
        ("Etude", "Les noyaux de graphes pour les molécules sont utiles dans la chimie des noyaux."),
        ("", "GRAPH KERNELS, Molecule, finetuning"),
    ];
    let forth = read(&papers);
    papers.reverse();
    let back = read(&papers);
    assert_eq!((forth.terms, forth.frequencies), (back.terms, back.frequencies));
}

#[test]
fn markup_numbers_and_lone_letters_are_in_no_term() {
    let text = r"We get $x^2$ gains of 55.8\% with \textbf{sparse} kernels x and y_i at https://a.org/b <b>now</b> 3,000 times, O(n) 7B.";
    let vocabulary = read(&[(r"The \emph{sparse} kernel trick & more {x}", text), ("", text)]);
    assert!(find(&vocabulary, "sparse kernel").is_some());
    for term in surfaces(&vocabulary) {
        assert!(!term.contains(|c: char| r"\${}<>^_%=/".contains(c)), "{term}");
        for word in term.split(' ') {
            assert!(word.chars().count() > 1 && word.contains(char::is_alphabetic), "{term}");
        }
    }
}

#[test]
fn parts_of_longer_names_and_loose_adjectives_are_dropped() {
    let text =
        "Reinforcement learning helps multiple sclerosis patients. Reinforcement learning has many large effects on \
                large animals, multiple sclerosis and animals.";
    let vocabulary = read(&[("", text), ("", text), ("", text), ("", "animals and animals and animals and animals")]);
    assert!(find(&vocabulary, "reinforcement learning").is_some());
    assert!(find(&vocabulary, "multiple sclerosis").is_some());
    assert_eq!(find(&vocabulary, "reinforcement"), None);
    assert_eq!(find(&vocabulary, "large animal"), None);
}

#[test]
fn every_script_has_terms() {
    let papers = [
        ("", "知识图谱补全是自然语言处理的重要任务。我们利用知识图谱。", "知识图谱"),
        ("", "深層学習を用いた音声認識の精度。深層学習による音声認識。", "音声認識"),
        ("", "Обучение нейронных сетей и устойчивость нейронных сетей", "нейронных сетей"),
        ("", "भाषा मॉडल और मशीन अनुवाद। भाषा मॉडल के लिए", "भाषा मॉडल"),
        ("", "التعلم العميق في معالجة اللغة. التعلم العميق", "التعلم العميق"),
        (
            "",
            "La traduction automatique des textes et l’analyse de la traduction automatique",
            "traduction automatique",
        ),
    ];
    for (title, text, term) in papers {
        let vocabulary = read(&[(title, text)]);
        assert!(surfaces(&vocabulary).contains(&term), "{term} in {:?}", surfaces(&vocabulary));
    }
}

#[test]
fn a_paper_in_another_language_keeps_its_words_in_a_large_collection() {
    let mut papers = vec![("", "Graph kernels for molecules and proteins in drug design."); 30];
    papers.push(("", "知识图谱补全是重要任务。知识图谱。"));
    let vocabulary = read(&papers);
    assert!(!vocabulary.uses(30).is_empty());
}

#[test]
fn hostile_texts_are_survived() {
    for text in ["", " ", "🎉🎉 🚀", "\u{0}\u{FFFD}\u{202E}", "1 2 3", "the of and", "<<<$$$\\\\{{{"] {
        assert!(read(&[(text, text), (text, "")]).is_empty(), "{text}");
    }
    for text in ["a".repeat(1 << 20), "a-".repeat(1 << 12)] {
        assert!(read(&[("", &text)]).is_empty());
    }
    assert_eq!(read(&[]).papers(), 0);
    for text in ["graph ".repeat(1 << 12), "语".repeat(1 << 10), "x̂́".repeat(1 << 10), "\\textbf{a b".repeat(1 << 10)]
    {
        assert_eq!(read(&[("", &text)]).papers(), 1);
    }
}
