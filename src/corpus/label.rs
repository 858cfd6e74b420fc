//! Short names of files, for the ids of records that have none of their own.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use super::packed::inner_path;

/// A name for each path: its stem without the extension of a packing, or as much more of it as tells it from the others.
///
/// Paths that share a stem are all qualified with their folders, `b/x`, or with their extensions if they stand in
/// one folder, `x.csv`. The names depend on the set of paths and not on its order; different paths get different names.
pub(super) fn labels(paths: &[&Path]) -> Vec<String> {
    let mut labels: Vec<Label> = paths.iter().map(|path| Label::new(path)).collect();
    loop {
        let mut sharing: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, label) in labels.iter().enumerate() {
            sharing.entry(label.text()).or_default().push(at);
        }
        let shared: Vec<Vec<usize>> = sharing.into_values().filter(|group| group.len() > 1).collect();
        let mut longer = false;
        for group in shared {
            let side_by_side = group.iter().enumerate().any(|(n, a)| {
                group[n + 1..]
                    .iter()
                    .map(|b| (&labels[*a], &labels[*b]))
                    .any(|(a, b)| !(a.whole_name && b.whole_name) && a.folders == b.folders)
            });
            for at in group {
                longer |= labels[at].lengthen(side_by_side);
            }
        }
        if !longer {
            return labels.iter().map(Label::text).collect();
        }
    }
}

struct Label {
    stem: String,
    name: String,
    /// Folders above the file, nearest first.
    folders: Vec<String>,
    depth: usize,
    whole_name: bool,
}

impl Label {
    fn new(path: &Path) -> Self {
        let lossy = |part: Option<&std::ffi::OsStr>| part.unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let folders = path.parent().into_iter().flat_map(Path::components).rev().filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
        });
        Label {
            stem: lossy(inner_path(path).file_stem()),
            name: lossy(path.file_name()),
            folders: folders.collect(),
            depth: 0,
            whole_name: false,
        }
    }

    fn text(&self) -> String {
        let name = if self.whole_name { &self.name } else { &self.stem };
        let folders = self.folders.iter().take(self.depth).rev();
        folders.chain([name]).map(String::as_str).collect::<Vec<_>>().join("/")
    }

    /// Takes in the extension or one more folder; false where there is nothing more to take in.
    fn lengthen(&mut self, extension: bool) -> bool {
        if extension && !self.whole_name {
            self.whole_name = true;
        } else if self.depth < self.folders.len() {
            self.depth += 1;
        } else if !self.whole_name {
            self.whole_name = true;
        } else {
            return false;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(paths: &[&str]) -> Vec<String> {
        labels(&paths.iter().map(Path::new).collect::<Vec<_>>())
    }

    #[test]
    fn a_stem_is_enough_where_it_is_the_only_one() {
        assert_eq!(of(&["/a/x.txt", "/b/y.jsonl", "-"]), ["x", "y", "-"]);
        assert_eq!(of(&["/a/x.jsonl.gz", "/a/y.zst"]), ["x", "y"]);
    }

    #[test]
    fn folders_tell_equal_stems_apart() {
        assert_eq!(of(&["/a/x.txt", "/b/x.txt", "/b/y.txt"]), ["a/x", "b/x", "y"]);
        assert_eq!(of(&["/p/a/x.txt", "/q/a/x.txt"]), ["p/a/x", "q/a/x"]);
        assert_eq!(of(&["/x.txt", "/a/x.txt"]), ["x.txt", "a/x"]);
    }

    #[test]
    fn extensions_tell_neighbours_apart() {
        assert_eq!(of(&["/a/x.csv", "/a/x.jsonl"]), ["x.csv", "x.jsonl"]);
        assert_eq!(of(&["/a/x.csv", "/a/x.jsonl", "/b/x.csv"]), ["a/x.csv", "x.jsonl", "b/x.csv"]);
        assert_eq!(of(&["/a/x.csv", "/a/x.csv.gz"]), ["x.csv", "x.csv.gz"]);
        assert_eq!(of(&["/a/x.csv", "/a/x.jsonl", "/a/x.csv.txt"]).len(), 3);
    }

    #[test]
    fn names_differ_and_do_not_depend_on_the_order() {
        let paths =
            ["/a/x.csv", "/a/x.jsonl", "/a/x.csv.txt", "/b/a/x.csv", "/b/x.txt", "x", "/c/x.csv.gz", "/x.csv/x"];
        let mut forward: Vec<_> = paths.iter().copied().zip(of(&paths)).collect();
        let turned: Vec<_> = paths.iter().rev().copied().collect();
        let mut backward: Vec<_> = turned.iter().copied().zip(of(&turned)).collect();
        forward.sort();
        backward.sort();
        assert_eq!(forward, backward);
        let mut names: Vec<_> = forward.into_iter().map(|(_, name)| name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), paths.len());
    }
}
