//! An XML element with all that is in it, and the text that a person would read there.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

/// What an element costs beside its texts, in bytes, roughly.
const ELEMENT_COST: usize = 100;

/// Elements that stand on lines of their own, so that their text is apart from its neighbours'.
const BLOCKS: &[&str] = &[
    "p",
    "br",
    "div",
    "sec",
    "title",
    "label",
    "ul",
    "ol",
    "li",
    "list",
    "list-item",
    "table",
    "tr",
    "td",
    "th",
    "dispformula",
    "disp-formula",
    "abstracttext",
];

/// A start tag and what follows up to its end tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// The name as written, with a prefix if there is one.
    pub(super) name: String,
    /// Line of the start tag, counted from 1.
    pub(super) line: u64,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// The element that a start tag on `line` opens. What is no attribute in it is left out.
    pub(super) fn of(tag: &BytesStart<'_>, line: u64) -> Self {
        let mut attributes = tag.attributes();
        let attributes = attributes.with_checks(false).flatten().map(|attribute| {
            let value = quick_xml::escape::unescape(&attribute.value).unwrap_or(Cow::Borrowed(&*attribute.value));
            (attribute.key.into_inner().to_owned(), value.into_owned())
        });
        let name = tag.name().into_inner().to_owned();
        Element { name, line, attributes: attributes.collect(), children: Vec::new() }
    }

    pub(super) fn push(&mut self, element: Element) {
        self.children.push(Node::Element(element));
    }

    pub(super) fn push_text(&mut self, more: &str) {
        match self.children.last_mut() {
            Some(Node::Text(text)) => text.push_str(more),
            Some(Node::Element(_)) | None => self.children.push(Node::Text(more.to_owned())),
        }
    }

    /// What the start tag takes in memory, in bytes, roughly.
    pub(super) fn size(&self) -> usize {
        let attributes = self.attributes.iter().map(|(name, value)| name.len() + value.len() + ELEMENT_COST);
        self.name.len() + ELEMENT_COST + attributes.sum::<usize>()
    }

    /// Whether the element has this name, whatever its prefix and case.
    pub(super) fn is(&self, name: &str) -> bool {
        local(&self.name).eq_ignore_ascii_case(name)
    }

    /// The value of an attribute, without white space around it; none if it is empty.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let named = |(key, _): &&(String, String)| local(key).eq_ignore_ascii_case(name);
        self.attributes.iter().find(named).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// The elements in this one, one level down.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements behind a path of names, in their order; a path that is empty leads to the element itself.
    pub(super) fn all<'a>(&'a self, path: &[&str]) -> Vec<&'a Element> {
        path.iter().fold(vec![self], |found, name| {
            found.into_iter().flat_map(Element::elements).filter(|element| element.is(name)).collect()
        })
    }

    /// The first element behind a path of names.
    pub(super) fn first(&self, path: &[&str]) -> Option<&Element> {
        self.all(path).into_iter().next()
    }

    /// The first text behind a path of names that is not empty.
    pub(super) fn text_at(&self, path: &[&str]) -> Option<String> {
        self.all(path).into_iter().find_map(Element::some_text)
    }

    /// All text in the element, without white space around it; none if it is empty.
    pub(super) fn some_text(&self) -> Option<String> {
        let text = self.text();
        Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// All text in the element: what stands inside a line is joined as it is, blocks are set apart.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, false);
        out
    }

    fn write(&self, out: &mut String, in_math: bool) {
        let name = local(&self.name).to_ascii_lowercase();
        match name.as_str() {
            // The formula once more, for programs.
            "annotation" | "annotation-xml" => return,
            "tex-math" => return self.write_tex(out),
            _ => {}
        }
        let in_math = in_math || name == "math";
        let apart = BLOCKS.contains(&name.as_str());
        if apart {
            out.push(' ');
        }
        for node in &self.children {
            match node {
                Node::Element(element) => element.write(out, in_math),
                // White space between the elements of a formula only indents the markup.
                Node::Text(text) if in_math && name != "mtext" => out.push_str(text.trim()),
                Node::Text(text) => out.push_str(text),
            }
        }
        if apart {
            out.push(' ');
        }
    }

    /// Writes a TeX formula between dollar signs, as it would stand in a text.
    fn write_tex(&self, out: &mut String) {
        let mut tex = String::new();
        self.children.iter().for_each(|node| match node {
            Node::Element(element) => element.write(&mut tex, false),
            Node::Text(text) => tex.push_str(text),
        });
        let tex = tex.trim().trim_matches('$').trim();
        if !tex.is_empty() {
            out.push('$');
            out.push_str(tex);
            out.push('$');
        }
    }
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
