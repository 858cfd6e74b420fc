//! A small collection for the page: subjects that a double of a model tells apart, repeats, and hostile texts.

use serde_json::json;

/// What the hostile paper is called; scripts, quotes, signs that turn the direction, a null byte, an emoji, a template.
pub(super) const HOSTILE: &str =
    "<script>window.hacked = 1</script> \"quoted\" 'title' <img src=x onerror=\"window.hacked = 2\"> \
     &amp; \u{202e}desrever\u{202c} \u{200f}nul\u{0}byte \u{1f9ea} {{ 7 * 7 }} ${window.hacked = 3} </script>";

/// Subjects with words of their own.
const SUBJECTS: &[(&str, &str)] = &[
    ("coral", "coral reef bleaching warm sea temperature algae ocean fish acid marine island diver lagoon polyp tide salinity \
        plankton sponge shark current shell cove kelp"),
    ("bread", "sourdough yeast flour ferment dough bread baker oven crust gluten lactic starch rye wheat crumb knead leaven \
        loaf malt bran sugar salt proof mill"),
    ("galaxy", "galaxy star telescope redshift dust spiral nebula quasar orbit cosmic spectrum halo comet planet lens photon \
        radio infrared pulsar cluster void dwarf flare disk"),
    ("vaccine", "vaccine antibody virus immune dose trial infection patient serum booster protein cell fever clinic placebo \
        cohort strain antigen mucosa titre relapse nurse ward adjuvant"),
    ("graph", "graph vertex edge path clique colouring tree cycle planar matching flow cut degree walk bipartite minor genus \
        forest hypergraph lattice sparse bound proof girth"),
    ("violin", "violin bow string orchestra sonata melody pitch concert tuning rhythm chord audience viola cello quartet score \
        tempo maestro fugue harmony opera choir encore stage"),
];

/// Papers of each subject.
const EACH: usize = 14;

fn paper(subject: usize, paper: usize) -> serde_json::Value {
    let (name, words) = SUBJECTS[subject];
    let words: Vec<&str> = words.split_whitespace().collect();
    // Numerical Recipes' generator (Press and others, 2nd edition, page 284) is random enough for sentences.
    let mut state = (subject * 100 + paper + 1) as u32;
    let mut some = || -> String {
        let mut pick = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            words[(state >> 16) as usize % words.len()]
        };
        [pick(), pick(), pick(), pick(), pick(), pick()].join(" ")
    };
    let (venue, kind) = (["Annals", "Letters", "Proceedings"][paper % 3], ["theory", "practice"][paper % 2]);
    json!({
        "id": format!("{name}-{paper}"),
        "title": format!("On {}", some()),
        "abstract": (0..5).map(|_| format!("We study {} and find {}.", some(), some())).collect::<Vec<_>>().join(" "),
        "authors": [format!("{} {}", words[paper], words[paper + 9])],
        "year": 2010 + (paper + subject * paper) % 10,
        "venue": venue,
        "categories": [name, kind],
        "doi": format!("10.5555/{name}.{paper}"),
        "url": "https://example.org/paper",
    })
}

/// One paper a line: subjects, an exact copy, a copy with a word more, and a hostile paper; 87 in all.
pub(super) fn collection() -> String {
    let mut papers: Vec<_> =
        (0..SUBJECTS.len()).flat_map(|subject| (0..EACH).map(move |n| paper(subject, n))).collect();
    let copy = |of: usize, id: &str| {
        let mut copy = papers[of].clone();
        copy["id"] = json!(id);
        copy
    };
    let exact = copy(0, "coral-copy");
    let mut near = copy(EACH, "bread-copy");
    near["abstract"] = json!(near["abstract"].as_str().expect("a text").replacen("We study", "Here we study", 1));
    let hostile = json!({
        "id": "<b id=x>&\"'", "title": HOSTILE, "abstract": format!("{HOSTILE} about coral reef bleaching"), "year": 2012,
        "venue": "<i>Venue</i>", "categories": ["\"><script>window.hacked = 4</script>"], "url": "javascript:window.hacked = 5",
        "authors": ["<u>Eve</u>"],
    });
    papers.extend([exact, near, hostile]);
    papers.iter().map(|paper| format!("{paper}\n")).collect()
}
