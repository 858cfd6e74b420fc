//! Queries become vectors, words and rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Result};
use crate::findings::similar::Asked;
use crate::paper::Paper;
use crate::store::Tokens;
use crate::vectors::{dot, normalize};

use super::super::lexicon::weighted;
use super::super::{Engine, TopicParams, USUAL_RUNS};
use super::{Query, Subject, Wish};

/// Signs of a text that are read: more than any abstract has, and few enough to be read at once.
const LONGEST_TEXT: usize = 20_000;

/// Papers whose words stand for a topic.
const TOPIC_WORDS: usize = 10;

/// A query, and what it says in the library's terms.
pub(super) struct Resolved {
    pub(super) asked: Asked,
    /// The texts of what is liked, for sentences and words.
    pub(super) texts: Vec<String>,
}

/// One subject in the library's terms.
#[derive(Default)]
struct Known {
    vector: Vec<f32>,
    /// Title three times, since a title says most, and abstract; or the text.
    words: String,
    text: String,
    rows: Vec<usize>,
}

impl Engine<'_> {
    /// Queries in the library's terms, in order.
    pub(super) fn resolve(&self, queries: &[Query]) -> Result<Vec<Resolved>> {
        let mut known = self.known_subjects(queries)?;
        let texts: Vec<&str> = known.values().map(|known| known.words.as_str()).collect();
        let tokens = self.store.tokens(&texts)?;
        let tokens: BTreeMap<String, Tokens> = known.keys().cloned().zip(tokens).collect();
        queries.iter().map(|query| self.resolve_one(query, &mut known, &tokens)).collect()
    }

    fn resolve_one(
        &self,
        query: &Query,
        known: &mut BTreeMap<String, Known>,
        tokens: &BTreeMap<String, Tokens>,
    ) -> Result<Resolved> {
        if query.like.is_empty() {
            return Err(Error::EmptyQuery);
        }
        let mut asked = Asked::default();
        let mut texts = Vec::new();
        let mut words = Vec::new();
        for (wishes, is_liked) in [(&query.like, true), (&query.unlike, false)] {
            for wish in wishes {
                let key = key(&wish.subject);
                let Some(subject) = known.get(&key) else { continue };
                asked.rows.extend(&subject.rows);
                let vectors = if is_liked { &mut asked.like } else { &mut asked.unlike };
                vectors.push((checked(wish)?, subject.vector.clone()));
                if is_liked {
                    texts.push(subject.text.clone());
                    words.extend(tokens.get(&key).map(|tokens| (wish.weight, tokens)));
                }
            }
        }
        asked.terms = self.terms(&weighted(&words))?;
        Ok(Resolved { asked, texts })
    }

    /// Every subject of the queries, once.
    fn known_subjects(&self, queries: &[Query]) -> Result<BTreeMap<String, Known>> {
        let mut known = BTreeMap::new();
        let mut texts: BTreeSet<&str> = BTreeSet::new();
        let mut topics = BTreeSet::new();
        let mut groups = BTreeMap::new();
        for wish in queries.iter().flat_map(|query| query.like.iter().chain(&query.unlike)) {
            match &wish.subject {
                Subject::Text(text) => {
                    texts.insert(clipped(text));
                }
                Subject::Paper(id) => {
                    known.insert(key(&wish.subject), self.known_paper(id)?);
                }
                Subject::Topic(topic) => {
                    topics.insert(*topic);
                }
                Subject::Group(_, ids) => {
                    let rows = ids.iter().map(|id| self.row(id)).collect::<Result<BTreeSet<usize>>>()?;
                    groups.insert(key(&wish.subject), rows);
                }
            }
        }
        if texts.iter().any(|text| !has_word(text)) {
            return Err(Error::EmptyQuery);
        }
        let texts: Vec<&str> = texts.into_iter().collect();
        if !texts.is_empty() {
            let vectors = self.embedder()?.embed_queries(&texts)?;
            for (text, vector) in texts.iter().zip(vectors.rows()) {
                let (words, text) = ((*text).to_owned(), (*text).to_owned());
                known.insert(format!("text {text}"), Known { vector: vector.to_vec(), words, text, rows: Vec::new() });
            }
        }
        if !topics.is_empty() {
            self.add_topics(&topics, &mut known)?;
        }
        for (key, rows) in groups {
            known.insert(key, self.known_group(&rows.into_iter().collect::<Vec<_>>())?);
        }
        Ok(known)
    }

    fn known_paper(&self, id: &str) -> Result<Known> {
        let row = self.row(id)?;
        let paper = self.paper(row)?;
        let (vector, words) = (self.vectors.row(row).to_vec(), words_of(&paper));
        Ok(Known { vector, words, text: paper.text(), rows: vec![row] })
    }

    fn add_topics(&self, topics: &BTreeSet<usize>, known: &mut BTreeMap<String, Known>) -> Result<()> {
        let members = self.members_of_topics()?;
        for &topic in topics {
            let Some(rows) = members.get(&topic) else {
                let known: Vec<String> = members.keys().map(usize::to_string).collect();
                return Err(Error::InvalidParameter {
                    name: "--topic",
                    value: topic.to_string(),
                    expected: format!("a topic that 'paperkin topics' lists: {}", known.join(", ")),
                });
            };
            known.insert(key(&Subject::Topic(topic)), self.known_group(rows)?);
        }
        Ok(())
    }

    /// A topic is the mean of its papers; its words are those of the papers that are most like it.
    fn known_group(&self, rows: &[usize]) -> Result<Known> {
        let mut vector = vec![0.0; self.vectors.dimension()];
        for &row in rows {
            vector.iter_mut().zip(self.vectors.row(row)).for_each(|(sum, x)| *sum += x);
        }
        if !normalize(&mut vector) {
            vector = rows.first().map(|&row| self.vectors.row(row).to_vec()).unwrap_or(vector);
        }
        let mut near = rows.to_vec();
        let likeness = |row: usize| dot(&vector, self.vectors.row(row));
        near.sort_by(|&a, &b| likeness(b).total_cmp(&likeness(a)).then(a.cmp(&b)));
        let papers = near.iter().take(TOPIC_WORDS).map(|&row| self.paper(row)).collect::<Result<Vec<Paper>>>()?;
        let words: Vec<String> = papers.iter().map(words_of).collect();
        let text = papers.first().map(Paper::text).unwrap_or_default();
        Ok(Known { vector, words: words.join(" "), text, rows: rows.to_vec() })
    }

    /// The rows of each topic: those of the last run of `topics` if any of its papers is left, else of one as it would be.
    fn members_of_topics(&self) -> Result<BTreeMap<usize, Vec<usize>>> {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        if let Some(kept) = self.store.kept_topics()? {
            for paper in &kept.papers {
                if let Ok(row) = self.row(paper.id.as_str()) {
                    members.entry(paper.topic).or_default().push(row);
                }
            }
        }
        if !members.is_empty() {
            return Ok(members);
        }
        let params = TopicParams { runs: USUAL_RUNS, ..TopicParams::default() };
        let found = self.find_topics(&self.collection(&self.papers()?)?, &params)?;
        let rows = found.topics().map(|(id, topic)| (id, topic.papers.iter().map(|member| member.row).collect()));
        members.extend(rows);
        Ok(members)
    }
}

fn words_of(paper: &Paper) -> String {
    format!("{0} {0} {0} {1}", paper.title, paper.abstract_text)
}

fn key(subject: &Subject) -> String {
    match subject {
        Subject::Text(text) => format!("text {}", clipped(text)),
        Subject::Paper(id) => format!("paper {id}"),
        Subject::Topic(topic) => format!("topic {topic}"),
        Subject::Group(topic, _) => format!("group {topic}"),
    }
}

pub(super) fn has_word(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

fn clipped(text: &str) -> &str {
    text.char_indices().nth(LONGEST_TEXT).map_or(text, |(end, _)| &text[..end])
}

fn checked(wish: &Wish) -> Result<f32> {
    if wish.weight.is_finite() && wish.weight > 0.0 {
        return Ok(wish.weight);
    }
    let expected = "a number above 0, as in ID^2".to_owned();
    Err(Error::InvalidParameter { name: "a weight", value: wish.weight.to_string(), expected })
}
