//! Words that every abstract uses, whatever its topic, and words that betray what their neighbours are.

/// English words that bind others. The list of stopwords-iso takes `text`, `world`, `face` and `zero` for such.
pub(super) const ENGLISH: &str = "
    a about above across after again against all almost along already also although always am among amongst an
    and another any anyone anything are aren't around as at be because been before being below between beyond
    both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each either
    else ever every everyone everything few for from further had has hasn't have haven't having he he'd he'll
    he's hence her here hers herself him himself his how i i'd i'll i'm i've if in into is isn't it it'd it'll
    it's its itself just let's may me might mightn't more most must mustn't my myself needn't neither never no
    nobody none nor not nothing now of off often on once only onto or other our ours ourselves out over own per
    quite rather same shall shan't she she'd she'll she's should should've shouldn't since so some someone
    something sometimes such than that that'll the their theirs them themselves then there these they they'd
    they'll they're they've this those though through throughout thus to too toward towards under unless until
    up upon us very via vs was wasn't we we'd we'll we're we've were weren't what when where whereas whether
    which while who whom why will with within without won't would wouldn't yet you you'd you'll you're you've
    your yours yourself yourselves
";

/// What abstracts of any field say of themselves; no term begins or ends with one of these.
pub(super) const BOILERPLATE: &str = "
    abilities ability able abstract accept accepted according accordingly account accounts achieve achieved
    achieves achieving acm adding additionally address addressed addressing adopt adopted advance advances
    advantage advantages aforementioned afterward afterwards ahead aim aimed aiming aims al albeit allow allowed
    allowing allows alongside amount anal analyse analysed analyze analyzed apart appear appears appl
    applicability apply applying appropriate approximately april arise arises arxiv aspect aspects assess
    assessed assume assumed attain attained attaining attains august available away background based basis
    become becomes begin behind believe besides better billion billions blackwell bring brings broader build
    builds built bv calculate calculated call called capable carried carry caused cc certain challenge
    challenges characterize choose chosen clear clearly cm collected collection com combine combines combining
    come comes commonly comparable compare compared comparing comparison comparisons compelling completely
    comprise comprises comprising conclude concluded conduct conducted conducting confirm confirmed consequently
    consider considerable considerably considered considering consist consistent consistently consisting
    consists constitute contain containing contains continue continued continues continuing contrast contribute
    contributes correspond corresponding counterpart counterparts create created creates creating currently
    cutting-edge dealing december define defined demonstrate demonstrated demonstrates demonstrating depend
    depends dept derive derived describe described describes describing despite detailed determine determined
    develop developed developing develops different differently difficulties difficulty directly discover
    discovered discuss discussed discusses doi dozen dozens due easily eds effectively effectiveness efficacious
    efficiently effort efforts eg eleven elsevier elsewhere emerge emerged emph empirically employ employed
    employing employs enable enabled enables enabling encounter encourage encouraging enhance enhanced enhances
    enhancing enough ensure ensures ensuring entirely especially establish established estimate estimated et etc
    evaluate evaluated evaluates evaluating even evidence examine examined example examples exceed exceeded
    exceeding exceeds excellent exhibit exhibits existing expect expected experiment experimentally experiments
    explain explore explored explores exploring extend extends extensively extremely faced facilitate
    facilitates facing factor fail fails far-reaching feasibility feasible february fewer fifteen fifth fifty
    fig finally find finds firstly focus focused focuses focusing follow followed following follows former
    formulate formulated found fourth frac framework frequently fully fundamentally furthermore gained generally
    get gev ghz github give given gives giving gmbh go greatly grow growing grows gyr handle handling help
    helpful helps hg highlight highlights highly hold holds however html http https hundred hundreds hypothesize
    hz identified identify identifying ie ieee ii iii illustrate illustrated implies imply importance
    importantly improve improved improvement improvements improves improving inability inc include included
    includes including incorporate incorporated incorporates incorporating increase increased increases
    increasing increasingly indeed indicate indicated indicates insight insights inspired instance instead
    interesting interestingly introduce introduced introduces introducing investigate investigated investigates
    investigating investigation involve involved involves involving iv ix january july june keep kev kg khz kind
    kluwer km known kpc lack lacks largely larger largest later latter lead leads least led less let lett
    leverage leveraged leverages leveraging lies like likely limitation limitations long-standing low-quality
    ltd made mainly maintain maintaining maintains majority make makes making manner manners many march mathbb
    mathbf mathcal mathrm mean means meanwhile measure measured meet mention merely mev mg mhz million millions
    ml mm moreover mostly motivated mpc much myr namely necessary necessity needed nevertheless newly next ninth
    nm non-trivial nonetheless notably note novel novelty november number numbers numerous objective objectives
    observe observed obtain obtained obtaining occur occurs october offer offering offers one ones open-sourced
    opens operates org others otherwise outperform outperformed outperforming outperforms overcome overview
    paper papers part partially particularly peer-reviewed perform performed performing performs perhaps phys
    possess possesses possibly potentially pp precisely preprint presence present presented presenting presents
    preserve preserving previous previously primarily problematic proc produce produced produces producing
    promise promote propose proposed proposes proposing prove proved proven provide provided provides providing
    publicly publish published put raise ranging rapidly rarely reach reached reaches readily really reasonable
    receive received recent recently reduce reduces reducing refer referred regard regarding related relatively
    relevant reliably relies rely relying remain remaining remains remarkably replace reported represent
    represented representing represents require required requires requiring reserved resp respect respectively
    result resulted resulting results reveal revealed reveals reviewed right rights rise said sake satisfy say
    scratch secondly see seek seem seems seen september serve serves seventh several shed show showcase showed
    showing shown shows significance significant significantly similar similarly simply simultaneously sixth
    smaller so-called solve solved solves solving sons sophisticated specifically sponsored springer
    state-of-art state-of-the-art still straightforward strongly struggle struggled struggles struggling studied
    studies study studying sub substantial substantially succeed successful successfully suffer suffers
    sufficient sufficiently suggest suggested suggesting suggests summarize sup superiority supported supporting
    surpass surpassed surpasses surpassing surprisingly tackle tackled tackling tailored take taken takes taking
    tend tends tens tenth tested tev textbf textit thanks thereby therefore therein thesis thirdly thousand
    thousands together traditionally treat treated tried trillion trillions true try twelve twenty twice
    typically ultimately unable underlying underscore understand understood unfortunately unlike unprecedented
    used useful using usually utilize utilized utilizes utilizing validate validated validates validity valuable
    varied varies variety various vary vast verified verify versus vi vii viii vital want well well-established
    well-known whenever whereby wherein whole whose widely widely-used widespread wiley wolters worked working
    worth www xi xml yield yielded yielding yields
";

/// What abstracts in other languages say of themselves, by the code of the language.
pub(super) const BOILERPLATE_ELSEWHERE: [(&str, &str); 9] = [
    ("zh", "本文 方法 提出 研究 实验 表明 结果 结果表明 问题 分析 进行 基于 有效 有效性 性能 采用 利用 针对 实现 现有 优于 验证 数据集"),
    ("ja", "本研究 研究 提案 手法 本論文 論文 結果 実験 有効性 評価 検討 報告 目的 方法 示 用 行 近年 本稿"),
    ("ko", "연구 본 논문 논문에서는 연구에서는 제안한다 제안하는 방법 결과 실험 성능 평가 위한 이용한 기반의 통해 통한"),
    (
        "fr",
        "article étude études résultats résultat méthode méthodes approche approches données travail travaux présente \
         présentons proposons propose montrons montre montrent permet permettant basée basé afin différents différentes \
         nouvelle nouveau modèle modèles utilisant utilisation évaluation",
    ),
    (
        "de",
        "arbeit studie ergebnisse ergebnis methode methoden ansatz untersucht untersuchung vorgestellt gezeigt zeigen \
         zeigt verfahren beitrag artikel verwendet basierend mittels sowie neue neuen neuer verschiedene verschiedenen",
    ),
    (
        "es",
        "artículo estudio resultados resultado método métodos enfoque datos trabajo presenta presentamos propone \
         proponemos muestran muestra mediante basado basada nuevo nueva diferentes análisis objetivo",
    ),
    (
        "pt",
        "artigo estudo resultados resultado método métodos abordagem dados trabalho apresenta apresentamos propõe \
         propomos mostram mostra baseado baseada novo nova diferentes análise objetivo através",
    ),
    (
        "ru",
        "работа работе работы статья статье исследование исследования исследуется результаты результат метод методы \
         предложен предложена предлагается показано рассматривается рассмотрены данных анализ основе новый",
    ),
    (
        "it",
        "articolo studio risultati risultato metodo metodi approccio dati lavoro presenta presentiamo propone proponiamo \
         mostrano mostra basato basata nuovo nuova diversi analisi obiettivo",
    ),
];

/// Nouns of every field: no term by themselves, but they may be part of one (`language model`, `data mining`).
pub(super) const COMMON_NOUNS: &str = "
    absence accuracy addition advance advancement algorithm alternative analysis answer application approach
    architecture area art article assessment assumption attempt author base baseline benchmark benefit bound
    breakthrough building capability case category cause change characteristic characterization choice class
    combination community component computation concept concern conclusion condition consequence consideration
    context contribution copyright core cost criteria criterion data dataset datum day decrease definition
    demand demonstration description design detail determination development difference dimension direction
    discussion distribution domain effect efficiency element end error evaluation evolution execution experience
    experimentation extension extent face fact failure fashion feature field figure finding form formulation
    function functionality gain gap goal group guarantee hand hour hypothesis idea impact implementation
    implication increase ingredient innovation input integration interest interpretation introduction issue item
    journal kind length level limit line link list magnitude measure measurement mechanism method methodology
    metric minute mode model modeling modelling module month nature need notion observation operation
    opportunity order outcome output page pair paradigm parameter part pattern performance period perspective
    phase phenomenon pilot pipeline place play point position possibility potential practice presence principle
    problem procedure process processing progress project proof property protocol publication publisher purpose
    quality quantity question range rate ratio reason record relationship report repository requirement research
    researcher response review robustness role rule sample scale scenario scheme science scope score section
    sense service set setting setup site situation size solution source state statistic step strategy strength
    structure study subject subset success summary support survey system table task technique technology term
    test testing theory thing time tool top training trend turn type understanding unit usage use utility
    validation value variable variant variation variety version way weakness website week work year
";

/// Adjectives and numerals of every field: they begin a term only where they are part of a name (`multiple sclerosis`).
pub(super) const QUALIFIERS: &str = "
    additional ample appealing applied arbitrary average best big broad challenging combined common competitive
    complementary complete comprehensive conventional critical crucial current desirable difficult distinct
    diverse driven early easy effective efficient eight emerging empirical entire essential experimental
    extended extensive far favorable favourable final first five four full fundamental future general good great
    greater hard high high-quality higher highest huge important individual inherent initial key large
    large-scale last late leading limited little long low lower lowest main major minimal minor moderate
    multiple new nine notable noteworthy open open-source outstanding overall particular possible practical
    preliminary primary prior promising public rapid real real-world reduced relative reliable remarkable rich
    satisfactory second seven short simple simplest single six small small-scale specific specified standard
    strong suitable superior ten third three total traditional tremendous two typical undesirable unified unique
    valid varying wide zero
";

/// Ends of compounds that describe and do not name: `graph-based`, `high-dimensional`, `long-term`.
pub(super) const DESCRIBING_ENDS: &str = "
    agnostic art assisted aware based blind centric class dependent dimensional domain driven effective
    efficient enabled end fold form free friendly grained independent induced intensive layer length level like
    linear long modal only order parametric performing positive purpose quality range resolution rich scale
    sensitive shot side source specific stage state step task term time to turn up variate view wide wise world
    year
";

/// Words that may stand between the first and the last word of a term: `mixture of experts`, `red de sensores`.
pub(super) const LINKS: [&str; 9] = ["of", "de", "du", "des", "del", "di", "da", "do", "der"];

/// Words after which an English verb stands: `to generate`, `we study`, `can learn`.
pub(super) const VERB_MARKERS: [&str; 22] = [
    "to", "we", "can", "could", "may", "might", "will", "would", "must", "should", "cannot", "it", "they", "i", "that",
    "which", "who", "not", "also", "do", "does", "you",
];

/// Words after which an English participle or adjective stands: `is convex`, `were treated`.
pub(super) const STATE_MARKERS: [&str; 12] =
    ["is", "are", "was", "were", "be", "been", "being", "more", "most", "very", "highly", "as"];

/// Words after which an English noun stands sooner or later, and before which a verb does: `achieves the`.
pub(super) const DETERMINERS: [&str; 14] =
    ["the", "a", "an", "its", "their", "our", "this", "these", "that", "how", "whether", "all", "any", "both"];

/// Words that come after an English noun: `images are`, `theory of`.
pub(super) const NOUN_MARKERS: [&str; 12] =
    ["of", "is", "are", "was", "were", "has", "have", "can", "that", "which", "by", "with"];

/// Ends of English adjectives; what has a plural all the same is a noun (`derivatives`, `variables`).
pub(super) const ADJECTIVE_ENDS: [&str; 7] = ["ive", "ous", "ful", "less", "able", "ible", "ical"];

/// English plurals that no rule makes.
pub(super) const IRREGULAR_PLURALS: [(&str, &str); 22] = [
    ("equilibria", "equilibrium"),
    ("criteria", "criterion"),
    ("phenomena", "phenomenon"),
    ("spectra", "spectrum"),
    ("bacteria", "bacterium"),
    ("automata", "automaton"),
    ("maxima", "maximum"),
    ("minima", "minimum"),
    ("optima", "optimum"),
    ("momenta", "momentum"),
    ("corpora", "corpus"),
    ("nuclei", "nucleus"),
    ("stimuli", "stimulus"),
    ("foci", "focus"),
    ("loci", "locus"),
    ("fungi", "fungus"),
    ("radii", "radius"),
    ("formulae", "formula"),
    ("mice", "mouse"),
    ("women", "woman"),
    ("men", "man"),
    ("children", "child"),
];

/// English plurals among the words in `-ics`, most of which are none (`physics`, `dynamics`).
pub(super) const PLURALS_IN_ICS: [&str; 12] = [
    "metrics",
    "topics",
    "heuristics",
    "characteristics",
    "antibiotics",
    "clinics",
    "critics",
    "fabrics",
    "mosaics",
    "epidemics",
    "pandemics",
    "comics",
];
