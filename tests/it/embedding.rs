//! The default model embeds as the reference implementation does, and each text for itself.

use paperkin::embed::{self, Embedder, LoadOptions, DEFAULT_MODEL};
use paperkin::vectors::dot;

/// What the card of the int8 file promises against the fp32 reference (cosine).
const LEAST_AGREEMENT: f32 = 0.98;
const MEAN_AGREEMENT: f32 = 0.993;

fn model(threads: usize) -> Box<dyn Embedder> {
    let options = LoadOptions { offline: false, threads, notice: &|_| (), detail: &|_| () };
    embed::load(DEFAULT_MODEL, &options).expect("the default model loads")
}

/// Texts with the vectors that sentence-transformers gives with the fp32 weights at 256 tokens.
fn golden() -> Vec<(String, Vec<f32>)> {
    let line = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let numbers = value["vector"].as_array().expect("a vector").iter();
        let text = value["text"].as_str().expect("a text").to_owned();
        (text, numbers.map(|x| x.as_f64().expect("a number") as f32).collect())
    };
    include_str!("../data/golden_minilm_fp32_256.jsonl").lines().map(line).collect()
}

#[test]
fn vectors_agree_with_the_reference_implementation() {
    let golden = golden();
    let texts: Vec<&str> = golden.iter().map(|(text, _)| text.as_str()).collect();
    let vectors = model(2).embed_papers(&texts, &|_| ()).expect("the texts embed");
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
fn a_query_without_words_is_refused() {
    assert_eq!(
        model(1).embed_query("  \n").expect_err("no words").to_string(),
        "the query is empty; give a text, --id or --file"
    );
}
