//! What LaTeX commands stand for, as tables.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Commands that stand for a character or a short text, in text and in formulas.
const SYMBOLS: &str = "
alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν
xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω
Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω ell ℓ hbar ℏ Re ℜ Im ℑ aleph ℵ partial ∂
nabla ∇ infty ∞ emptyset ∅ varnothing ∅ forall ∀ exists ∃ neg ¬ lnot ¬ top ⊤ bot ⊥ perp ⊥ angle ∠ prime ′ degree °
times × div ÷ pm ± mp ∓ cdot · ast * star ⋆ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙ wedge ∧ land ∧ vee ∨ lor ∨
cap ∩ cup ∪ setminus \\ backslash \\ dagger † ddagger ‡ sqcup ⊔ sqcap ⊓ rtimes ⋊ ltimes ⋉ amalg ⨿ wr ≀
leq ≤ le ≤ leqslant ≤ geq ≥ ge ≥ geqslant ≥ neq ≠ ne ≠ equiv ≡ approx ≈ sim ∼ simeq ≃ cong ≅ asymp ≍ propto ∝ ll ≪ gg ≫
lesssim ≲ gtrsim ≳ lt < gt > prec ≺ succ ≻ preceq ⪯ succeq ⪰ preccurlyeq ≼ triangleq ≜ doteq ≐ models ⊨ vdash ⊢ parallel ∥ mid |
in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ subsetneq ⊊ supset ⊃ supseteq ⊇ trianglelefteq ⊴
to → rightarrow → longrightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Longrightarrow ⇒ implies ⇒ Leftarrow ⇐
Leftrightarrow ⇔ iff ⇔ mapsto ↦ uparrow ↑ downarrow ↓ nearrow ↗ searrow ↘ hookrightarrow ↪ rightsquigarrow ⇝ leadsto ⇝
sum ∑ prod ∏ int ∫ iint ∬ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ langle ⟨ rangle ⟩ lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋
vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖ lbrace { rbrace } ldots … dots … cdots ⋯ dotsc … vdots ⋮ ddots ⋱ colon :
Box □ square □ blacksquare ■ triangle △ diamond ⋄ checkmark ✓ sharp ♯ flat ♭ natural ♮ surd √ imath ı jmath ȷ
ss ß o ø O Ø l ł L Ł ae æ AE Æ oe œ OE Œ aa å AA Å i ı j ȷ dh ð DH Ð th þ TH Þ dj đ DJ Đ ng ŋ NG Ŋ S § P ¶
copyright © pounds £ euro € texteuro € textcent ¢ textdollar $ textyen ¥ textregistered ® texttrademark ™ textdegree °
textendash – textemdash — textellipsis … textbackslash \\ textasciitilde ~ textasciicircum ^ textunderscore _ textbar |
textless < textgreater > textquoteleft ‘ textquoteright ’ textquotedblleft “ textquotedblright ” textquotesingle '
textbullet • textperiodcentered · texttimes × textmu µ textalpha α textbeta β textgamma γ textpm ± lq ‘ rq ’
guillemotleft « guillemotright » arcmin ′ arcsec ″ micro µ ohm Ω celsius °C percent % And & lbrack [ rbrack ]
TeX TeX LaTeX LaTeX BibTeX BibTeX ie i.e. eg e.g. eps ε R ℝ N ℕ Z ℤ C ℂ Q ℚ reals ℝ
";

/// Names of functions, which are written as they are called.
const FUNCTIONS: &str =
    "log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth max min sup inf lim \
    limsup liminf arg argmax argmin det dim ker deg gcd hom Pr mod bmod rank tr poly polylog";

/// Commands whose argument is the text itself, or that only change the font or the size.
const STYLES: &str = "emph textit textbf texttt textsc textsf textrm textsl textup textmd textnormal text mbox hbox fbox underline \
    uline mathrm mathit mathbf mathsf mathtt mathnormal mathcal mathscr mathfrak boldsymbol bm pmb bold operatorname ensuremath mathop \
    mathbin mathrel mathord mathit em it bf rm tt sc sf sl cal bfseries itshape mathds displaystyle textstyle scriptstyle small large \
    tiny footnotesize normalsize left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr mleft mright limits nolimits smash \
    noindent par centering protect nobreak xspace title enquote textsuperscript textsubscript url path nolinkurl substack hspace* \
    phantom vphantom mathstrut middle nonumber notag relax ignorespaces unboldmath boldmath selectfont mathchoice sout ul hl textls";

/// Commands that vanish together with their argument.
const SILENT: &str = "cite citep citet citealp citeauthor citeyear citealt parencite textcite autocite label vspace hspace vskip \
    begin end documentclass usepackage setlength thanks footnotemark footnotetext keywords color pagestyle bibliography pacs";

/// Accents, each with the combining character that it puts over or under a letter, in text and in formulas.
const ACCENTS: &[(&str, char)] = &[
    ("'", '\u{301}'),
    ("`", '\u{300}'),
    ("^", '\u{302}'),
    ("\"", '\u{308}'),
    ("~", '\u{303}'),
    ("=", '\u{304}'),
    (".", '\u{307}'),
    ("c", '\u{327}'),
    ("v", '\u{30c}'),
    ("u", '\u{306}'),
    ("H", '\u{30b}'),
    ("k", '\u{328}'),
    ("r", '\u{30a}'),
    ("d", '\u{323}'),
    ("b", '\u{331}'),
    ("hat", '\u{302}'),
    ("widehat", '\u{302}'),
    ("tilde", '\u{303}'),
    ("widetilde", '\u{303}'),
    ("bar", '\u{304}'),
    ("overline", '\u{304}'),
    ("dot", '\u{307}'),
    ("ddot", '\u{308}'),
    ("vec", '\u{20d7}'),
    ("acute", '\u{301}'),
    ("grave", '\u{300}'),
    ("check", '\u{30c}'),
    ("breve", '\u{306}'),
    ("mathring", '\u{30a}'),
    ("Tilde", '\u{303}'),
    ("Hat", '\u{302}'),
    ("Bar", '\u{304}'),
];

/// What a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It stands for this.
    Symbol(&'static str),
    /// It is a function of that name.
    Function,
    /// It leaves its argument as it is.
    Style,
    /// It vanishes with its argument.
    Silent,
    /// It puts this over its argument.
    Accent(char),
    /// It doubles the strokes of its argument.
    Blackboard,
    /// A fraction.
    Fraction,
    /// A square root.
    Root,
    /// The second argument is what is read: `\href`, `\textcolor`.
    Second,
    /// A note, which is put in brackets.
    Note,
}

/// Commands with a meaning of their own.
const OTHERS: &[(&str, Meaning)] = &[
    ("mathbb", Meaning::Blackboard),
    ("mathbbm", Meaning::Blackboard),
    ("Bbb", Meaning::Blackboard),
    ("bb", Meaning::Blackboard),
    ("frac", Meaning::Fraction),
    ("tfrac", Meaning::Fraction),
    ("dfrac", Meaning::Fraction),
    ("cfrac", Meaning::Fraction),
    ("nicefrac", Meaning::Fraction),
    ("sfrac", Meaning::Fraction),
    ("sqrt", Meaning::Root),
    ("footnote", Meaning::Note),
    ("href", Meaning::Second),
    ("hyperlink", Meaning::Second),
    ("textcolor", Meaning::Second),
    ("colorbox", Meaning::Second),
    ("scalebox", Meaning::Second),
    ("raisebox", Meaning::Second),
    ("stackrel", Meaning::Second),
    ("overset", Meaning::Second),
    ("underset", Meaning::Second),
    ("quad", Meaning::Symbol(" ")),
    ("qquad", Meaning::Symbol(" ")),
    ("item", Meaning::Symbol(" ")),
    ("newline", Meaning::Symbol(" ")),
    ("linebreak", Meaning::Symbol(" ")),
    ("space", Meaning::Symbol(" ")),
    ("thinspace", Meaning::Symbol(" ")),
    ("enspace", Meaning::Symbol(" ")),
];

/// All tables as one.
static MEANINGS: LazyLock<HashMap<&'static str, Meaning>> = LazyLock::new(|| {
    let mut all: HashMap<&'static str, Meaning> = OTHERS.iter().copied().collect();
    all.extend(ACCENTS.iter().map(|(name, mark)| (*name, Meaning::Accent(*mark))));
    for (names, meaning) in [(STYLES, Meaning::Style), (FUNCTIONS, Meaning::Function), (SILENT, Meaning::Silent)] {
        all.extend(names.split_ascii_whitespace().map(|name| (name, meaning)));
    }
    let mut words = SYMBOLS.split_ascii_whitespace();
    while let (Some(name), Some(text)) = (words.next(), words.next()) {
        all.insert(name, Meaning::Symbol(text));
    }
    all
});

/// The meaning of a command, without its backslash.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    MEANINGS.get(name).copied()
}

/// The letter with doubled strokes.
pub(super) fn blackboard(letter: char) -> char {
    match letter {
        'C' => 'ℂ',
        'E' => '𝔼',
        'F' => '𝔽',
        'H' => 'ℍ',
        'N' => 'ℕ',
        'P' => 'ℙ',
        'Q' => 'ℚ',
        'R' => 'ℝ',
        'S' => '𝕊',
        'T' => '𝕋',
        'Z' => 'ℤ',
        '1' => '𝟙',
        other => other,
    }
}

/// The character raised, if it is a digit or a sign, or an n.
pub(super) fn superscript(c: char) -> Option<char> {
    Some(match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4'..='9' => char::from_u32(u32::from('⁴') + (u32::from(c) - u32::from('4')))?,
        '+' => '⁺',
        '-' | '−' | '–' => '⁻',
        'n' => 'ⁿ',
        _ => return None,
    })
}

/// The character lowered, if it is a digit or a sign.
pub(super) fn subscript(c: char) -> Option<char> {
    Some(match c {
        '0'..='9' => char::from_u32(u32::from('₀') + (u32::from(c) - u32::from('0')))?,
        '+' => '₊',
        '-' | '−' | '–' => '₋',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_have_meanings() {
        assert_eq!(meaning("alpha"), Some(Meaning::Symbol("α")));
        assert_eq!(meaning("eg"), Some(Meaning::Symbol("e.g.")));
        assert_eq!(meaning("log"), Some(Meaning::Function));
        assert_eq!(meaning("v"), Some(Meaning::Accent('\u{30c}')));
        assert_eq!(meaning("nothing"), None);
    }

    #[test]
    fn the_table_of_symbols_has_pairs() {
        let words: Vec<_> = SYMBOLS.split_ascii_whitespace().collect();
        assert!(words.len() % 2 == 0);
        assert!(words.chunks(2).all(|pair| pair[0].chars().all(|c| c.is_ascii_alphabetic())), "{words:?}");
    }
}
