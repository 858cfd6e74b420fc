//! What a collection is about: topics with labels, members and figures.

mod collection;
mod contrast;
mod levels;
mod members;
mod placing;
mod trends;

use crate::cluster::{silhouettes, Candidate};
use crate::vectors::{Similarity, Vectors};

use super::labels::{c_v, diversity, label_topics, npmi};

pub use collection::Collection;
pub use contrast::{contrast, contrast_topics, Contrast, Odds};
pub use levels::Level;
use members::{Centres, Oddness};
pub use placing::{place, Placed};
pub use trends::{over_time, OverTime};

/// The topics of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Topics {
    /// Topic `t` at index `t`; one without papers has size 0.
    pub topics: Vec<Topic>,
    /// Mean silhouette with cosine distance, in `[-1, 1]`; copies count once.
    pub silhouette: f64,
    /// Share of the keywords of all topics that are different, in `[0, 1]`.
    pub diversity: f64,
    /// Mean adjusted Rand index of independent starts with the kept one, at most 1.
    pub stability: f64,
    /// Broader groups of topics, the broadest first.
    pub levels: Vec<Level>,
}

/// A number of topics that was tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// What clusters say.
    pub candidate: Candidate,
    /// What labels say: mean NPMI of the keywords, in `[-1, 1]`.
    pub npmi: f64,
}

impl Evidence {
    /// What speaks for this number: how well it is found again, times how well it is told; above 0 where it is found.
    pub fn worth(&self) -> f64 {
        self.candidate.agreement.max(0.0) * self.npmi.max(LEAST_COHERENCE)
    }
}

/// One topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// What sets it apart; no two topics have the same.
    pub label: String,
    /// Terms, most telling first.
    pub keywords: Vec<String>,
    /// Its papers, strongest first, then by row.
    pub papers: Vec<Member>,
    /// Rows of central papers that differ from each other.
    pub representatives: Vec<usize>,
    /// Members that are far from every topic, farthest first.
    pub oddities: Vec<usize>,
    /// The topics most like it, with the similarity of their centres, nearest first.
    pub near: Vec<(usize, Similarity)>,
    /// How good it is.
    pub quality: Quality,
}

/// A paper of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Its row.
    pub row: usize,
    /// Similarity to the mean direction of the topic's papers.
    pub strength: Similarity,
    /// The topic it is nearest to beside its own, if it is about as near.
    pub second: Option<(usize, Similarity)>,
}

/// How good a topic is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Quality {
    /// Mean strength of its papers, in `[-1, 1]`.
    pub cohesion: f64,
    /// 1 minus the similarity of its centre to that of the nearest other topic, in `[0, 2]`; 0 if there is no other.
    pub separation: f64,
    /// Mean silhouette of its papers with cosine distance, in `[-1, 1]`; copies count once.
    pub silhouette: f64,
    /// Mean normalised pointwise mutual information of its keywords, in `[-1, 1]`.
    pub npmi: f64,
    /// C_v coherence of its keywords, in `[0, 1]`.
    pub c_v: f64,
    /// How often two of its papers are together in other starts, in `[0, 1]`.
    pub stability: f64,
}

/// Distinct papers given to topics.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    /// For each node its topic, `0..k`.
    pub topic_of: Vec<usize>,
    /// Number of topics.
    pub k: usize,
    /// Mean adjusted Rand index of independent starts with this, at most 1.
    pub stability: f64,
    /// For each topic how often two of its papers are together in other starts.
    pub topic_stability: Vec<f64>,
}

/// Topics told beside each as those most like it.
const NEAR_TOPICS: usize = 3;

/// Describes topics of a collection; labels that are given take the place of those found.
pub fn describe(collection: &Collection, grouping: &Grouping, labels: &[String]) -> Topics {
    let Grouping { topic_of, k, .. } = grouping;
    let terms = label_topics(&collection.vocabulary, topic_of, *k);
    let diversity = f64::from(diversity(&terms));
    let (npmi, c_v) = (npmi(&collection.vocabulary, &terms), c_v(&collection.vocabulary, &terms));
    let silhouettes = silhouettes(&collection.vectors, topic_of, *k);
    let centres = Centres::of(&collection.vectors, topic_of, *k);
    let members = centres.members(collection, topic_of);
    let oddness = Oddness::of(&members);
    let mut topics: Vec<Topic> = Vec::with_capacity(*k);
    for (id, (terms, papers)) in terms.into_iter().zip(members).enumerate() {
        let of_topic = silhouettes.iter().zip(topic_of).filter(|(_, &topic)| topic == id);
        let mut near = centres.others(id);
        let quality = Quality {
            cohesion: mean(papers.iter().map(|member| f64::from(member.strength.value()))),
            separation: near.first().map_or(0.0, |(_, nearest)| 1.0 - f64::from(nearest.value())),
            silhouette: mean(of_topic.map(|(width, _)| *width)),
            npmi: f64::from(npmi[id]),
            c_v: f64::from(c_v[id]),
            stability: grouping.topic_stability[id],
        };
        near.truncate(NEAR_TOPICS);
        topics.push(Topic {
            near,
            label: terms.label,
            keywords: terms.keywords,
            representatives: members::representatives(collection, &papers),
            oddities: oddness.of_topic(&papers),
            papers,
            quality,
        });
    }
    keep_labels(&mut topics, labels);
    let levels = levels::levels(collection, grouping, &centres, &topics);
    let silhouette = mean(silhouettes.iter().copied());
    Topics { topics, silhouette, diversity, stability: grouping.stability, levels }
}

impl Topics {
    /// Mean over topics with papers of one of their figures.
    pub fn mean(&self, figure: impl Fn(&Quality) -> f64) -> f64 {
        mean(self.topics.iter().filter(|topic| !topic.papers.is_empty()).map(|topic| figure(&topic.quality)))
    }
}

/// What labels are worth that have no coherence at all, so that clusters alone decide among them.
const LEAST_COHERENCE: f64 = 0.01;

/// The number of topics that is best found again in halves of the papers and best told in words: the `k` with the greatest
/// product of agreement and NPMI, the finest of equals. `None` where nothing was tried.
///
/// Agreement alone favours few topics, and coherence alone many; silhouettes are told beside them, but favour two or three
/// broad clusters in some collections and ever more in others, and so do not decide.
pub fn choose(evidence: &[Evidence]) -> Option<usize> {
    let best = evidence.iter().max_by(|a, b| a.worth().total_cmp(&b.worth()).then(a.candidate.k.cmp(&b.candidate.k)));
    best.map(|tried| tried.candidate.k)
}

/// Mean NPMI of the keywords that topics with these papers would have.
pub fn label_coherence(collection: &Collection, topic_of: &[usize], k: usize) -> f64 {
    let terms = label_topics(&collection.vocabulary, topic_of, k);
    mean(npmi(&collection.vocabulary, &terms).into_iter().map(f64::from))
}

/// Calls the first topics as they were called, and those after them otherwise.
fn keep_labels(topics: &mut [Topic], labels: &[String]) {
    for (topic, label) in topics.iter_mut().zip(labels) {
        topic.label.clone_from(label);
    }
    tell_apart(topics, labels.len());
}

/// Numbers the labels of topics from `from` on that are alike one before them in any case of letters.
pub fn tell_apart(topics: &mut [Topic], from: usize) {
    for at in from..topics.len() {
        let (before, rest) = topics.split_at_mut(at);
        let taken = |label: &str| before.iter().any(|other| other.label.to_lowercase() == label.to_lowercase());
        let own = rest[0].label.clone();
        let mut nth = 1;
        while taken(&rest[0].label) {
            nth += 1;
            rest[0].label = format!("{own} ({nth})");
        }
    }
}

/// The mean of values; 0 of none.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0usize), |(sum, count), value| (sum + value, count + 1));
    sum / count.max(1) as f64
}

/// How like the centres of topics are, each to each; 0 where a topic has no papers.
pub fn likeness(collection: &Collection, grouping: &Grouping) -> Vec<Vec<Similarity>> {
    let centres = centres(&collection.vectors, &grouping.topic_of, grouping.k);
    let like = |a: &Option<Vec<f32>>, b: &Option<Vec<f32>>| match (a, b) {
        (Some(a), Some(b)) => Similarity::new(crate::vectors::dot(a, b)),
        _ => Similarity::default(),
    };
    centres.iter().map(|a| centres.iter().map(|b| like(a, b)).collect()).collect()
}

/// The mean direction of the rows of each group; a group without a direction has none.
fn centres(vectors: &Vectors, topic_of: &[usize], k: usize) -> Vec<Option<Vec<f32>>> {
    let mut sums = vec![vec![0.0f32; vectors.dimension()]; k];
    for (row, &topic) in vectors.rows().zip(topic_of) {
        sums[topic].iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    sums.into_iter().map(|mut sum| crate::vectors::normalize(&mut sum).then_some(sum)).collect()
}
