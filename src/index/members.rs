//! Which rows a node of a graph stands for.

/// Rows of each node and the node of each row. A node is one distinct vector.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Members {
    node_of: Vec<u32>,
    /// The rows of node `i` are `rows[starts[i]..starts[i + 1]]`, ascending.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Members {
    /// From the node of each row; `None` unless each of the nodes `0..nodes` has a row and no other is named.
    pub(super) fn new(node_of: Vec<u32>, nodes: usize) -> Option<Self> {
        let mut starts = vec![0u32; nodes + 1];
        for &node in &node_of {
            *starts.get_mut(node as usize + 1)? += 1;
        }
        if starts[1..].contains(&0) {
            return None;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; node_of.len()];
        for (row, &node) in node_of.iter().enumerate() {
            rows[next[node as usize] as usize] = row as u32;
            next[node as usize] += 1;
        }
        Some(Members { node_of, starts, rows })
    }

    /// Number of nodes.
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub(super) fn node_of(&self) -> &[u32] {
        &self.node_of
    }

    /// The rows of a node, ascending, at least one.
    pub(super) fn rows(&self, node: u32) -> &[u32] {
        &self.rows[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }

    /// The first row of each node.
    pub(super) fn firsts(&self) -> Vec<u32> {
        (0..self.len() as u32).map(|node| self.rows(node)[0]).collect()
    }
}
