//! How well topics agree with labels that people gave.

use std::collections::BTreeMap;

use crate::cluster::adjusted_rand_index;
use crate::error::{Error, Result};
use crate::findings::agreement::Agreement;
use crate::report::{self, rounded};

use super::{Engine, Named, TopicParams, TopicTrials};

impl Engine<'_> {
    /// Compares the topics of several seeds with the labels of papers, by id.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if no paper of the library has a label or there are no seeds, and as [`Engine::topics`].
    pub fn eval_topics(
        &self,
        labels: &BTreeMap<String, String>,
        params: &TopicParams,
        trials: TopicTrials,
    ) -> Result<report::TopicEval> {
        let seeds = trials.seeds;
        let labelled: Vec<(usize, &str)> = self
            .ids
            .iter()
            .enumerate()
            .filter_map(|(row, id)| Some((row, labels.get(id.as_str())?.as_str())))
            .collect();
        if labelled.is_empty() || seeds == 0 {
            let (name, value) = if seeds == 0 { ("--seeds", "0") } else { ("papers with a label", "0") };
            let expected = "at least 1; labels are found by the ids of papers".to_owned();
            return Err(Error::InvalidParameter { name, value: value.to_owned(), expected });
        }
        let mut names: Vec<&str> = labelled.iter().map(|(_, label)| *label).collect();
        names.sort_unstable();
        names.dedup();
        let gold: Vec<usize> = labelled.iter().map(|(_, label)| names.partition_point(|name| name < label)).collect();
        let papers = self.papers()?;
        let collection = self.collection(&papers)?;
        let mut runs: Vec<(Named, Vec<usize>)> = Vec::with_capacity(seeds);
        for seed in 0..seeds as u64 {
            let k = if trials.as_many_as_labels { Some(names.len()) } else { params.k };
            let asked = TopicParams { k, seed: params.seed + seed, ..params.clone() };
            let run = self.find_topics(&collection, &asked)?;
            let topic_of = |&(row, _): &(usize, &str)| run.grouping.topic_of[collection.distinct.node_of[row]];
            let mine = labelled.iter().map(topic_of).collect();
            runs.push((run, mine));
        }
        Ok(tell(&runs, &gold, names.len(), self.ids.len()))
    }
}

fn tell(runs: &[(Named, Vec<usize>)], gold: &[usize], labels: usize, papers: usize) -> report::TopicEval {
    let agreements: Vec<Agreement> = runs.iter().map(|(_, mine)| Agreement::of(mine, gold)).collect();
    let mean = |of: &dyn Fn(usize) -> f64| rounded((0..runs.len()).map(of).sum::<f64>() / runs.len() as f64);
    let figure = |figure: fn(&Agreement) -> f64| mean(&|run| figure(&agreements[run]));
    let pairs: Vec<f64> = (1..runs.len())
        .flat_map(|b| (0..b).map(move |a| (a, b)))
        .map(|(a, b)| adjusted_rand_index(&runs[a].1, &runs[b].1))
        .collect();
    report::TopicEval {
        papers,
        labelled: gold.len(),
        labels,
        k: runs[0].0.grouping.k,
        k_of_seeds: runs.iter().map(|(run, _)| run.grouping.k).collect(),
        seeds: runs.len(),
        v_measure: figure(|a| a.v_measure),
        homogeneity: figure(|a| a.homogeneity),
        completeness: figure(|a| a.completeness),
        ari: figure(|a| a.ari),
        nmi: figure(|a| a.nmi),
        purity: figure(|a| a.purity),
        stability: if pairs.is_empty() { 1.0 } else { rounded(pairs.iter().sum::<f64>() / pairs.len() as f64) },
        npmi: mean(&|run| runs[run].0.found.mean(|quality| quality.npmi)),
        diversity: mean(&|run| runs[run].0.found.diversity),
        silhouette: mean(&|run| runs[run].0.found.silhouette),
    }
}
