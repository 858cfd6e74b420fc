//! GraphML (<http://graphml.graphdrawing.org/specification.html>), which Gephi, Cytoscape and networkx read.

use std::io::Write;

use html_escape::{encode_double_quoted_attribute, encode_text};

use crate::error::Error;

use super::{Failure, Renderer, Report};

/// A directed graph with titles, years, similarities and ranks.
pub(super) struct GraphMl;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="title" for="node" attr.name="title" attr.type="string"/>
<key id="year" for="node" attr.name="year" attr.type="int"/>
<key id="weight" for="edge" attr.name="weight" attr.type="double"/>
<key id="rank" for="edge" attr.name="rank" attr.type="int"/>
<graph edgedefault="directed">
"#;

impl Renderer for GraphMl {
    fn name(&self) -> &'static str {
        "graphml"
    }

    fn extension(&self) -> &'static str {
        "graphml"
    }

    fn only_for(&self) -> Option<&'static str> {
        Some("the command 'similar --all', which writes a graph")
    }

    fn render(&self, report: &Report, out: &mut dyn Write) -> Result<(), Failure> {
        let Report::Graph(graph) = report else {
            return Err(Failure::Format(Error::InvalidParameter {
                name: "--format",
                value: self.name().to_owned(),
                expected: "another format, or the command 'similar --all', which writes a graph".to_owned(),
            }));
        };
        out.write_all(HEAD.as_bytes())?;
        for node in &graph.nodes {
            let (id, title) = (clean(&node.id), clean(&node.title));
            write!(
                out,
                r#"<node id="{}"><data key="title">{}</data>"#,
                encode_double_quoted_attribute(&id),
                encode_text(&title)
            )?;
            if let Some(year) = node.year {
                write!(out, r#"<data key="year">{year}</data>"#)?;
            }
            writeln!(out, "</node>")?;
        }
        for edge in &graph.edges {
            let (source, target) = (clean(&edge.source), clean(&edge.target));
            let (source, target) = (encode_double_quoted_attribute(&source), encode_double_quoted_attribute(&target));
            writeln!(
                out,
                r#"<edge source="{source}" target="{target}"><data key="weight">{}</data><data key="rank">{}</data></edge>"#,
                edge.similarity, edge.rank
            )?;
        }
        Ok(writeln!(out, "</graph>\n</graphml>")?)
    }
}

/// XML 1.0 has no place for control characters, however they are written.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}
