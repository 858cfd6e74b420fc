//! Kinds of lines on a page of papers: what invites, names, dates and counts, and what is text.

/// What a line of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// Nothing, or nothing but white space.
    Blank,
    /// An invitation to a newsletter, its button, or both; what follows in the same line is the page's text.
    Invitation { papers: bool, rest: &'a str },
    /// The name of the page, or who makes it.
    Masthead,
    /// A word that pages use for finding one's way; a title only if an abstract follows.
    Navigation,
    /// A dot between facts about a paper: the line before it is no title.
    Bullet,
    /// A date, a count, a link, who submitted it: facts beside a paper.
    Fact,
    /// Who submitted it is on the next line.
    SubmittedBy,
    /// A title or a part of an abstract.
    Text(&'a str),
}

/// The longest line that is looked at as an invitation or a name, in bytes.
const SHORT: usize = 120;

/// How an invitation begins; a badge may stand before it.
const INVITING: &[&str] = &["get ", "receive ", "subscribe ", "sign up ", "join "];

/// The badge before an invitation.
const BADGE: &str = "new";

/// What an invitation is to.
const INVITED_TO: &[&str] = &["inbox", "newsletter", "mailing list", "by email", "email digest", "your email"];

/// The button beside an invitation. Dumps without line breaks glue it to what follows.
const BUTTON: &str = "Subscribe";

/// Words around a list of papers.
#[rustfmt::skip]
const NAVIGATION: &[&str] = &[
    "new", "daily", "weekly", "monthly", "today", "yesterday", "models", "datasets", "spaces", "buckets", "docs",
    "posts", "blog", "community", "collections", "organizations", "enterprise", "pricing", "website", "solutions",
    "log in", "sign up", "sign in", "login", "previous", "next", "previous page", "next page", "load more", "show more",
    "company", "tos", "terms of service", "terms", "privacy", "about", "careers", "jobs", "contact", "system theme",
    "search", "tasks", "home", "ak", "hugging face", "papers", "and the research community", "by", "trending",
];

/// What is counted beside a paper.
const COUNTED: &[&str] =
    &["author", "authors", "comment", "comments", "upvote", "upvotes", "vote", "votes", "like", "likes", "citations"];

/// How lines with links to other places of a paper begin.
const LINKS: &[&str] = &["view arxiv page", "arxiv page", "view pdf", "pdf", "project page", "add to collection"];

#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
];

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl<'a> Kind<'a> {
    /// The kind of a line, by itself.
    pub(super) fn of(line: &'a str) -> Kind<'a> {
        let text = plain(line);
        if text.is_empty() {
            return Kind::Blank;
        }
        if let Some(kind) = invitation(text) {
            return kind;
        }
        if text.len() > SHORT {
            return if is_address(text) { Kind::Fact } else { Kind::Text(text) };
        }
        let lower = text.to_lowercase();
        if is_masthead(text, &lower) {
            Kind::Masthead
        } else if !text.contains(char::is_alphanumeric) {
            if text.contains(['·', '•', '∙']) {
                Kind::Bullet
            } else {
                Kind::Fact
            }
        } else if matches!(lower.as_str(), "submitted by" | "published by") {
            Kind::SubmittedBy
        } else if is_date(&lower) || is_count(&lower) || is_link(&lower) {
            Kind::Fact
        } else if NAVIGATION.contains(&lower.as_str()) {
            Kind::Navigation
        } else {
            Kind::Text(text)
        }
    }
}

/// A line without the marks of Markdown around it: those of a heading, and of a link that is the whole line.
fn plain(line: &str) -> &str {
    let trimmed = line.trim();
    let hashes = trimmed.trim_start_matches('#');
    let text = if hashes.len() < trimmed.len() && hashes.starts_with(' ') { hashes.trim_start() } else { trimmed };
    let link = || {
        let inner = text.strip_prefix('[')?;
        let (name, target) = inner.rsplit_once("](").or_else(|| inner.rsplit_once("]["))?;
        (target.ends_with([')', ']']) && !target.contains(' ') && !name.contains("](")).then_some(name.trim())
    };
    link().unwrap_or(text)
}

/// An invitation to a newsletter, or its button.
///
/// The button is always removed where something is glued to it: no title begins with it but by that accident. A word
/// that only begins like it, as "Subscribers", is left alone.
fn invitation(text: &str) -> Option<Kind<'_>> {
    if let Some(rest) = text.strip_prefix(BUTTON) {
        let word: String = rest.chars().take_while(|c| c.is_alphabetic()).collect();
        let alone = rest.is_empty() || !rest.starts_with(char::is_whitespace);
        if alone && !matches!(word.as_str(), "r" | "rs" | "d" | "s") {
            return Some(Kind::Invitation { papers: false, rest: rest.trim_start_matches(['!', ':']).trim() });
        }
    }
    let head = sentence(text);
    if head.len() > SHORT {
        return None;
    }
    let lower = head.to_lowercase();
    let words = lower.strip_prefix(BADGE).unwrap_or(&lower).trim_start();
    let begins = INVITING.iter().any(|begin| words.starts_with(begin));
    // "Our" is in "your", too.
    let invites = begins && words.contains("our ") && INVITED_TO.iter().any(|what| words.contains(what));
    invites.then(|| Kind::Invitation { papers: lower.contains("paper"), rest: text[head.len()..].trim() })
}

/// The text up to the first mark that ends a sentence, or up to the button.
fn sentence(text: &str) -> &str {
    let end = text.find(['!', '.', '?']).map_or(text.len(), |at| at + 1);
    let button = text.find(BUTTON).filter(|at| *at > 0).unwrap_or(text.len());
    &text[..end.min(button)]
}

/// The name of the page ("Daily Papers") or who makes it ("byAK and the research community").
fn is_masthead(text: &str, lower: &str) -> bool {
    let words: Vec<&str> = lower.split_whitespace().collect();
    let page = matches!(words[..], ["daily" | "trending" | "weekly" | "monthly" | "today's" | "latest", "papers", ..]);
    let maker = text.strip_prefix("by").is_some_and(|name| name.starts_with(|c: char| c.is_uppercase() || c == ' '));
    (page && words.len() <= 6) || (maker && (words.len() <= 4 || lower.contains("community")))
}

/// A date in any spelling: nothing but words and numbers of dates, and a month or a weekday with a number among them.
fn is_date(lower: &str) -> bool {
    // A count in brackets may stand behind it.
    let lower = lower.split('[').next().unwrap_or(lower).trim_end();
    let numbers: Vec<&str> = lower.split(['-', '/', '.']).collect();
    if numbers.len() == 3 && numbers.iter().all(|part| is_number(part)) {
        return true;
    }
    let words: Vec<&str> = lower.split([' ', ',', '.', '-', '/', '\t']).filter(|word| !word.is_empty()).collect();
    let named = |word: &&str| is_month(word) || is_weekday(word) || *word == "week";
    let known =
        |word: &&str| named(word) || is_number(ordinal(word)) || matches!(*word, "of" | "the" | "on" | "published");
    words.iter().any(named) && words.iter().any(|word| is_number(ordinal(word))) && words.iter().all(known)
}

fn is_month(word: &str) -> bool {
    MONTHS.iter().any(|month| is_short_for(word, month))
}

fn is_weekday(word: &str) -> bool {
    WEEKDAYS.iter().any(|day| is_short_for(word, day))
}

/// Whether a word is a name, or the beginning of it that is used for short.
fn is_short_for(word: &str, name: &str) -> bool {
    word.len() >= "jan".len() && name.starts_with(word)
}

/// A number without `st`, `nd`, `rd` or `th` behind it.
fn ordinal(word: &str) -> &str {
    ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word)
}

/// A count by itself ("12", "[-] 1", "▲ 1.2k") or of something ("· 8 authors", "GitHub 11.3k").
fn is_count(lower: &str) -> bool {
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && !".,".contains(c))
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect();
    match words[..] {
        [count] => is_amount(count) && count.len() <= 6,
        [count, what] => (is_amount(count) && COUNTED.contains(&what)) || (what_is_counted(count) && is_amount(what)),
        [count, what, "ago"] => is_amount(count) && !what.is_empty(),
        _ => false,
    }
}

fn what_is_counted(word: &str) -> bool {
    matches!(word, "upvote" | "upvotes" | "votes" | "github" | "comments" | "likes")
}

/// Digits with a decimal mark and a `k` or `m`, as in `11.3k`.
fn is_amount(word: &str) -> bool {
    let digits = word.trim_end_matches(['k', 'm']);
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || ".,".contains(c))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// A link by its name, who submitted a paper, or an address by itself.
fn is_link(lower: &str) -> bool {
    let submitted = lower.starts_with("submitted by ") && lower.split_whitespace().count() <= 4;
    submitted || LINKS.contains(&lower) || is_address(lower)
}

fn is_address(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://")) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(lines: &[&str], is: impl Fn(Kind<'_>) -> bool) {
        for line in lines {
            assert!(is(Kind::of(line)), "{line}: {:?}", Kind::of(line));
        }
    }

    #[test]
    fn dates_come_in_many_spellings() {
        let dates = [
            "Jul 28",
            "28 Jul",
            "28. July 2025",
            "July 28th, 2025",
            "Mon, Jul 28",
            "Monday, 28 July 2025",
            "2025-07-28",
            "28/07/2025",
            "7/28/25",
            "28.7.2025",
            "Week 31, 2025",
            "Sept 3",
            "Mar 8, 2024 [ 6][39]",
            "Published on Jul 3, 2024",
            "Jul 2025",
        ];
        all(&dates, |kind| kind == Kind::Fact);
        let others = ["May", "March of the Models", "Julia 1.9", "2025-07", "Marching 4 Peace", "The Second of Three"];
        all(&others, |kind| matches!(kind, Kind::Text(_)));
    }

    #[test]
    fn counts_and_links_are_facts() {
        let facts = [
            "12",
            "1.2k",
            "[-] 1",
            "-",
            "▲ 74",
            "12 authors",
            "· 1 author",
            "- 8 authors",
            "* 671 authors",
            "Upvote 3",
            "GitHub 11.3k",
            "2 days ago",
            "https://example.org/a?b=c",
            "View arXiv page",
            "Submitted by jane",
            "[",
            "][33]",
        ];
        all(&facts, |kind| kind == Kind::Fact);
        let others =
            ["3D Vision", "GPT-4", "7 Ways to Count", "https is not enough", "12 authors, one voice", "2048: A Game"];
        all(&others, |kind| matches!(kind, Kind::Text(_)));
    }

    #[test]
    fn markdown_is_taken_off() {
        for line in ["A Title", "### A Title", "[A Title](https://example.org/1)", "### [A Title][12]", "  # A Title "]
        {
            assert_eq!(Kind::of(line), Kind::Text("A Title"));
        }
        for line in ["#1 Ranking", "[Sparse] Gates", "Gates [1](x) and more"] {
            assert_eq!(Kind::of(line), Kind::Text(line));
        }
    }

    #[test]
    fn invitations_give_the_rest_of_their_line() {
        let invitation = |papers, rest| Kind::Invitation { papers, rest };
        assert_eq!(Kind::of("Get trending papers in your email inbox!"), invitation(true, ""));
        assert_eq!(
            Kind::of("newGet trending papers in your email inbox once a day!Subscribe"),
            invitation(true, "Subscribe")
        );
        assert_eq!(Kind::of("Subscribe"), invitation(false, ""));
        assert_eq!(Kind::of("SubscribeA Title"), invitation(false, "A Title"));
        assert_eq!(Kind::of("Subscribe to our newsletter"), invitation(false, ""));
        let texts = ["Subscribers", "Get Papers Written", "Our newsletter", "New Methods for Newsletter Ranking"];
        all(&texts, |kind| matches!(kind, Kind::Text(_)));
    }

    #[test]
    fn mastheads_name_the_page_or_its_makers() {
        all(&["Daily Papers", "Trending Papers", "byAK and the research community", "by Jane Doe"], |kind| {
            kind == Kind::Masthead
        });
        all(&["By My Eyes", "Papers Daily", "bytes and tokens"], |kind| matches!(kind, Kind::Text(_)));
    }
}
