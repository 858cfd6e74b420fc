#!/usr/bin/env python3
"""Plant altered copies in a real collection, and score what `paperkin duplicates` finds of them.

    planted.py plant SCALE.jsonl.gz OUT.jsonl PAIRS.tsv [PAPERS] [COPIES]
    paperkin --library LIB index OUT.jsonl [--model hashed]
    paperkin --library LIB duplicates --format json > FOUND.json
    planted.py score PAIRS.tsv FOUND.json

The altered copies are six sorts in turn. A found pair with an altered copy in it is right if the other is its original,
or another record that was already in one group with the original; pairs of two originals are not scored.
"""
import collections, gzip, json, random, re, sys


def sentences(text):
    return re.split(r"(?<=[.?!]) +", text)


def truncated(d, rng):
    words = d["abstract"].split()
    d["abstract"] = " ".join(words[: max(25, int(len(words) * rng.uniform(0.4, 0.8)))])


def typos(d, rng):
    def slip(word):
        if len(word) < 5 or rng.random() > 0.05:
            return word
        i = rng.randrange(1, len(word) - 1)
        return rng.choice([word[:i] + word[i + 1 :], word[:i] + word[i + 1] + word[i] + word[i + 2 :], word[:i] + rng.choice("aeiorst") + word[i:]])
    for field in ("title", "abstract"):
        d[field] = " ".join(map(slip, d[field].split(" ")))


def retitled(d, rng):
    words = d["title"].split()
    rng.shuffle(words)
    d["title"] = "On " + " ".join(words[: max(2, len(words) // 2)]).lower() + ": a study"


def latex(d, rng):
    """As a LaTeX source has it: formulas in dollars, emphasis, escaped signs, dashes."""
    text = re.sub(r"\b(\d+(?:\.\d+)?)\b", r"$\1$", d["abstract"]).replace("%", "\\%").replace("--", "---")
    words = text.split(" ")
    for i in rng.sample(range(len(words)), max(1, len(words) // 25)):
        words[i] = "\\textit{" + words[i] + "}"
    d["abstract"], d["title"] = " ".join(words), d["title"].replace("-", "--")


def punctuation(d, rng):
    table = str.maketrans({",": "，", ".": "．", "-": "‐", "'": "’", '"': "”", "(": "（", ")": "）", ":": "："})
    d["title"], d["abstract"] = d["title"].upper().translate(table), d["abstract"].translate(table)


def reordered(d, rng):
    parts = sentences(d["abstract"])
    rng.shuffle(parts)
    d["abstract"] = " ".join(parts)


SORTS = [truncated, typos, retitled, latex, punctuation, reordered]


def plant(source, out, pairs, papers=100_000, copies=5_000):
    rng = random.Random(1)
    opened = gzip.open(source, "rt", encoding="utf8") if source.endswith(".gz") else open(source, encoding="utf8")
    docs = [json.loads(line) for _, line in zip(range(int(papers)), opened)]
    docs = [{"id": f"r{i}", "title": d.get("title") or "", "abstract": d.get("abstract") or ""} for i, d in enumerate(docs)]
    long = [d for d in docs if len(d["abstract"].split()) >= 60 and len(d["title"].split()) >= 5]
    with open(out, "w", encoding="utf8") as f, open(pairs, "w", encoding="utf8") as p:
        p.write("id1\tid2\tlabel\tsort\n")
        for i, d in enumerate(rng.sample(long, int(copies))):
            sort, copy = SORTS[i % len(SORTS)], dict(d, id=f"planted{i}")
            sort(copy, rng)
            docs.append(copy)
            p.write(f"{d['id']}\t{copy['id']}\t1\t{sort.__name__}\n")
        rng.shuffle(docs)
        f.writelines(json.dumps(d, ensure_ascii=False) + "\n" for d in docs)


def score(pairs, found):
    truth = {}
    for line in open(pairs, encoding="utf8").read().splitlines()[1:]:
        original, copy, _, sort = line.split("\t")
        truth[copy] = (original, sort)
    group_of = {}
    for group in json.load(open(found, encoding="utf8"))["groups"]:
        for paper in group["papers"]:
            group_of[paper] = group["papers"]
    all_, hit, wrong = collections.Counter(), collections.Counter(), collections.Counter()
    for copy, (original, sort) in truth.items():
        all_[sort] += 1
        group = group_of.get(copy, [])
        hit[sort] += original in group
        wrong[sort] += bool(group) and original not in group
    for sort in [s.__name__ for s in SORTS]:
        print(f"{sort:12} {all_[sort]:5} copies  recall {hit[sort] / max(1, all_[sort]):.4f}  "
              f"precision {hit[sort] / max(1, hit[sort] + wrong[sort]):.4f}")
    print(f"{'all':12} {sum(all_.values()):5} copies  recall {sum(hit.values()) / sum(all_.values()):.4f}  "
          f"precision {sum(hit.values()) / max(1, sum(hit.values()) + sum(wrong.values())):.4f}")
    originals = sum(1 for paper, group in group_of.items() if not paper.startswith("planted") and not any(p.startswith("planted") for p in group))
    print(f"records in groups without an altered copy: {originals}")


if __name__ == "__main__":
    {"plant": plant, "score": score}[sys.argv[1]](*sys.argv[2:])
