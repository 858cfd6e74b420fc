//! The models embed as their references do, and each text for itself.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use paperkin::embed::{self, Card, Embedder, LoadOptions, DEFAULT_MODEL, STATIC_MODEL};
use paperkin::vectors::dot;

/// What the int8 file keeps of the fp32 reference (cosine); 0.992 and 0.998 were measured.
const LEAST_AGREEMENT: f32 = 0.985;
const MEAN_AGREEMENT: f32 = 0.996;

fn load(name_or_folder: &str, threads: usize) -> Box<dyn Embedder> {
    let options = LoadOptions { offline: false, threads, notice: &|_| (), detail: &|_| () };
    embed::load(name_or_folder, &options).expect("the model loads")
}

/// The 8 bits of the static model's table against the floats it was rounded from (cosine).
const LEAST_AGREEMENT_OF_TABLE: f32 = 0.999;

fn model(threads: usize) -> Box<dyn Embedder> {
    load(DEFAULT_MODEL, threads)
}

/// The default model as it is, but for the number of tokens it reads.
fn model_reading(tokens: usize) -> Box<dyn Embedder> {
    let card = Card::find(DEFAULT_MODEL).expect("the default model");
    let folder = tempfile::tempdir().expect("a folder");
    for name in card.files.keys() {
        fs::copy(card.folder.join(name), folder.path().join(name)).expect("a copy");
    }
    let text = fs::read_to_string(card.folder.join("model.toml")).expect("the card");
    let (own, wanted) = (format!("max_tokens = {}", card.max_tokens), format!("max_tokens = {tokens}"));
    assert!(text.contains(&own), "{text}");
    fs::write(folder.path().join("model.toml"), text.replace(&own, &wanted)).expect("a card");
    load(&folder.path().to_string_lossy(), 1)
}

/// Texts with the vectors that sentence-transformers gives with the fp32 weights at 256 tokens.
fn golden() -> Vec<(String, Vec<f32>)> {
    read_golden(include_str!("../data/golden_minilm_fp32_256.jsonl"))
}

fn read_golden(lines: &str) -> Vec<(String, Vec<f32>)> {
    let line = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let numbers = value["vector"].as_array().expect("a vector").iter();
        let text = value["text"].as_str().expect("a text").to_owned();
        (text, numbers.map(|x| x.as_f64().expect("a number") as f32).collect())
    };
    lines.lines().map(line).collect()
}

#[test]
fn vectors_agree_with_the_reference_implementation() {
    let golden = golden();
    let texts: Vec<&str> = golden.iter().map(|(text, _)| text.as_str()).collect();
    let vectors = model_reading(256).embed_papers(&texts, &|_| ()).expect("the texts embed");
    let agreement: Vec<f32> = vectors.rows().zip(&golden).map(|(row, (_, wanted))| dot(row, wanted)).collect();
    let least = agreement.iter().copied().fold(1.0, f32::min);
    let mean = agreement.iter().sum::<f32>() / agreement.len() as f32;
    assert!(least >= LEAST_AGREEMENT, "worst of {} texts: {least}", golden.len());
    assert!(mean >= MEAN_AGREEMENT, "mean of {} texts: {mean}", golden.len());
}

#[test]
fn a_vector_depends_on_its_text_alone() {
    let golden = golden();
    let texts: Vec<&str> = golden.iter().map(|(text, _)| text.as_str()).take(24).collect();
    let together = model(2).embed_papers(&texts, &|_| ()).expect("the texts embed");
    let alone = model(1);
    let mut reversed = texts.clone();
    reversed.reverse();
    let backwards = alone.embed_papers(&reversed, &|_| ()).expect("the texts embed");
    for (row, text) in texts.iter().enumerate() {
        let single = alone.embed_papers(&[text], &|_| ()).expect("the text embeds");
        assert_eq!(together.row(row), single.row(0), "in a batch on two threads, and alone: {text}");
        assert_eq!(together.row(row), backwards.row(texts.len() - 1 - row), "in another order: {text}");
        assert!((dot(single.row(0), single.row(0)) - 1.0).abs() < 1e-5);
    }
}

#[test]
fn a_vector_depends_on_the_tokens_that_are_read_and_on_nothing_after_them() {
    let model = model_reading(32);
    let embed = |text: &str| model.embed_query(text).expect("the text embeds");
    // 30 tokens, between a first and a last one that the tokenizer adds.
    let read = "self-attention ".repeat(10);
    assert_eq!(embed(&format!("{read} and much more")), embed(&read));
    assert_ne!(embed(&format!("more {read}")), embed(&read));
    // Words that are no tokens take no place from those after them.
    assert_eq!(embed(&format!("{} coral reefs", "\u{200b} ".repeat(100))), embed("coral reefs"));
    assert_eq!(embed(&format!("{} coral reefs", "x ".repeat(29))), embed(&format!("{} coral", "x ".repeat(29))));
}

#[test]
fn many_callers_at_once_get_the_vectors_they_asked_for() {
    let (model, texts) = (model(2), ["coral reefs", "graph neural networks", "tafenoquine", "moraines"]);
    let alone: Vec<Vec<f32>> = texts.iter().map(|text| model.embed_query(text).expect("it embeds")).collect();
    std::thread::scope(|scope| {
        for turn in 0..8 {
            let (model, alone) = (&model, &alone);
            scope.spawn(move || {
                for i in (turn..turn + 8).map(|i| i % texts.len()) {
                    assert_eq!(model.embed_query(texts[i]).expect("it embeds"), alone[i]);
                }
            });
        }
    });
}

#[test]
fn a_query_without_words_is_refused() {
    assert_eq!(
        model(1).embed_query("  \n").expect_err("no words").to_string(),
        "the query is empty; give a text, --id or --file"
    );
}

#[test]
fn the_static_model_agrees_with_the_floats_it_was_made_from() {
    let golden = read_golden(include_str!("../data/golden_static.jsonl"));
    let texts: Vec<&str> = golden.iter().map(|(text, _)| text.as_str()).collect();
    let vectors = load(STATIC_MODEL, 2).embed_papers(&texts, &|_| ()).expect("the texts embed");
    for (row, (text, wanted)) in vectors.rows().zip(&golden) {
        let agreement = dot(row, wanted);
        assert!(agreement >= LEAST_AGREEMENT_OF_TABLE, "{agreement}: {text}");
    }
}

/// Texts whose tokens could depend on more than one word, and some that hardly have any.
const ODD: &[&str] = &[
    "nai\u{308}ve caf\u{e9}  CAF\u{c9}\tna\u{ef}ve\r\nnaive",
    "\u{65e5}\u{672c}\u{8a9e} and \u{ac00}\u{b098} mixed\u{a0}with\u{2003}spaces\u{2028}of\u{b}all\u{c}kinds",
    "[SEP] in [CLS]the [MASK] text, [UNK]",
    "[sep] in [Cls]the [ma\u{301}sk] [mask]ed, a[[MASK]b [pad",
    "con\u{0}trol\u{ad} soft\u{ad}hyphen \u{fffd} \u{feff}mark \u{200b}",
    "state-of-the-art (e.g., GPT-4o's) x_{i}^2 $\\alpha$ https://example.org/a?b=c&d",
    "\u{1f600}\u{1f600} \u{301}\u{302} \u{301}",
    "a",
    "?",
    "\u{0}",
];

#[test]
fn the_static_model_gives_what_fastembed_gives_for_the_whole_text() {
    gives_what_fastembed_gives(STATIC_MODEL);
}

#[test]
fn the_default_model_gives_what_fastembed_gives_for_the_whole_text() {
    gives_what_fastembed_gives(DEFAULT_MODEL);
}

/// A model with the words of its texts looked up one by one, or tokenised whole by `fastembed`, whatever its card wants;
/// and its folder, which sessions still read.
fn with_lookup(model: &str, lookup: bool, threads: usize) -> (Box<dyn Embedder>, TempDir) {
    let card = Card::find(model).expect("the model is there");
    let folder = tempfile::tempdir().expect("a folder");
    for name in card.files.keys() {
        fs::copy(card.folder.join(name), folder.path().join(name)).expect("a file is copied");
    }
    let text = plain_card(&card).replace("\nonnx = ", &format!("\nlookup = {lookup}\nonnx = "));
    fs::write(folder.path().join("model.toml"), text).expect("a card is written");
    assert_eq!(Card::read(folder.path()).expect("the card reads").lookup, lookup);
    (load(folder.path().to_str().expect("a path in UTF-8"), threads), folder)
}

/// The card without what makes its model quicker.
fn plain_card(card: &Card) -> String {
    let text = fs::read_to_string(card.folder.join("model.toml")).expect("a card");
    text.replace("lookup = true\n", "").replace("pooled = true\n", "")
}

#[test]
fn the_network_pools_as_fastembed_does() {
    assert!(Card::find(DEFAULT_MODEL).expect("the model is there").pooled);
    let (fastembed, _kept) = with_lookup(DEFAULT_MODEL, false, 1);
    let pooled = model(1);
    let texts: Vec<String> = [1, 3, 40, 300].map(|words| "Graphs of neighbours? ".repeat(words)).to_vec();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let wanted = fastembed.embed_papers(&texts, &|_| ()).expect("the texts embed");
    let got = pooled.embed_papers(&texts, &|_| ()).expect("the texts embed");
    for (a, b) in wanted.rows().zip(got.rows()) {
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6));
    }
    assert!(
        !fastembed.identity().agrees_with(pooled.identity()),
        "that a network pools as its card says is its own claim"
    );
}

#[test]
fn a_card_that_claims_too_much_is_named() {
    let card = Card::find(STATIC_MODEL).expect("the model is there");
    let folder = tempfile::tempdir().expect("a folder");
    for name in card.files.keys() {
        fs::copy(card.folder.join(name), folder.path().join(name)).expect("a file is copied");
    }
    let write = |fields: &str| {
        let text = plain_card(&card).replace("\nonnx = ", &format!("\n{fields}\nonnx = "));
        fs::write(folder.path().join("model.toml"), text).expect("a card is written");
    };
    write("pooled = true");
    let error =
        load(&folder.path().to_string_lossy(), 1).embed_papers(&["a text"], &|_| ()).expect_err("no such output");
    let told = error.to_string();
    assert!(told.contains("model.toml") && told.contains("sentence_embedding"), "{told}");
    write("pooled = true\nlookup = true");
    let told = Card::read(folder.path()).expect_err("one or the other").to_string();
    assert!(told.contains("lookup and pooled"), "{told}");
}

fn gives_what_fastembed_gives(model: &str) {
    let (whole, _kept) = with_lookup(model, false, 1);
    let (lookup, _kept_too) = with_lookup(model, true, 2);

    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let first = fs::read_dir(seed).expect("seeds").flatten().map(|entry| entry.path()).min().expect("a seed");
    let page = String::from_utf8_lossy(&fs::read(first).expect("a page")).into_owned();
    let long = "Attention is all you need. ".repeat(200);
    let golden = golden();
    let texts: Vec<&str> =
        golden.iter().map(|(text, _)| text.as_str()).chain(ODD.iter().copied()).chain([page.as_str(), &long]).collect();
    let wanted = whole.embed_papers(&texts, &|_| ()).expect("the texts embed");
    let got = lookup.embed_papers(&texts, &|_| ()).expect("the texts embed");
    assert!(whole.identity().agrees_with(lookup.identity()), "the way to a vector is not part of it");
    for (row, text) in texts.iter().enumerate() {
        let furthest = wanted.row(row).iter().zip(got.row(row)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(furthest < 1e-6, "{furthest}: {text:?}");
    }
}
