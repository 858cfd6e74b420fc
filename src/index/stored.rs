//! A graph as bytes: magic, numbers, lists, and the blake3 of all that, in little-endian 32-bit words.

use super::build::MOST_LINKS;
use super::graph::{Graph, Layer, Links};
use super::members::Members;
use super::walk::MOST_NODES;

/// First bytes of a stored graph; the digit is its format.
const MAGIC: &[u8; 8] = b"PKGRAPH3";

/// The graph of vectors with this fingerprint.
pub(super) fn to_bytes(fingerprint: &blake3::Hash, graph: &Graph, members: &Members) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(fingerprint.as_bytes());
    let mut put = |word: u32| bytes.extend(word.to_le_bytes());
    let nodes = graph.ground.len() as u32;
    for word in [nodes, graph.search_width as u32, graph.recall.to_bits(), graph.entry, graph.ground.width() as u32] {
        put(word);
    }
    members.node_of().iter().for_each(|&node| put(node));
    let ground = (0..nodes).map(|node| (node, graph.ground.of(node)));
    ground.for_each(|(_, links)| put_list(links, &mut put));
    put(graph.upper.len() as u32);
    for layer in &graph.upper {
        put(layer.nodes.len() as u32);
        for (node, links) in layer.lists() {
            put(node);
            put_list(links, &mut put);
        }
    }
    let checksum = blake3::hash(&bytes);
    bytes.extend(checksum.as_bytes());
    bytes
}

fn put_list(list: &[u32], put: &mut impl FnMut(u32)) {
    put(list.len() as u32);
    list.iter().for_each(|&word| put(word));
}

/// What [`to_bytes`] wrote for `rows` vectors with this fingerprint, or `None` if anything about it is wrong.
pub(super) fn from_bytes(fingerprint: &blake3::Hash, bytes: &[u8], rows: usize) -> Option<(Graph, Members)> {
    let (body, checksum) = bytes.split_at_checked(bytes.len().checked_sub(blake3::OUT_LEN)?)?;
    let (of, body_words) = body.strip_prefix(MAGIC)?.split_at_checked(blake3::OUT_LEN)?;
    if of != fingerprint.as_bytes() || blake3::hash(body).as_bytes() != checksum {
        return None;
    }
    let mut words = Words(body_words);
    let nodes = words.take()?;
    let (search_width, recall) = (words.take()? as usize, f32::from_bits(words.take()?));
    let (entry, width) = (words.take()?, words.take()? as usize);
    if nodes as usize > MOST_NODES.min(rows) || nodes > 0 && entry >= nodes || width > 2 * MOST_LINKS {
        return None;
    }
    let node_of = (0..rows).map(|_| words.take()).collect::<Option<Vec<u32>>>()?;
    let members = Members::new(node_of, nodes as usize)?;
    let mut ground = Links::new(nodes as usize, width);
    let mut list = Vec::new();
    for node in 0..nodes {
        words.take_list(nodes, &mut list)?;
        if list.len() > width {
            return None;
        }
        ground.set(node, &list);
    }
    let mut upper = Vec::new();
    for _ in 0..words.take()? {
        let mut lists = Vec::new();
        for _ in 0..words.take()? {
            let node = words.take().filter(|&node| node < nodes)?;
            words.take_list(nodes, &mut list)?;
            lists.push((node, list.clone()));
        }
        upper.push(Layer::new(lists));
    }
    words.0.is_empty().then_some((Graph { search_width, recall, entry, upper, ground }, members))
}

/// What is left to be read.
struct Words<'a>(&'a [u8]);

impl Words<'_> {
    fn take(&mut self) -> Option<u32> {
        let (word, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*word))
    }

    /// A list of nodes, all below `nodes`, after its length.
    fn take_list(&mut self, nodes: u32, list: &mut Vec<u32>) -> Option<()> {
        list.clear();
        for _ in 0..self.take()? {
            list.push(self.take().filter(|&node| node < nodes)?);
        }
        Some(())
    }
}
