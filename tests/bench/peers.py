#!/usr/bin/env python3
"""Other tools on a labelled set of duplicates (docs.jsonl, pairs.tsv).

    pip install datasketch bib-dedupe numpy
    peers.py SET [--ignore heavy_rewrite] [--library LIB]

MinHash: datasketch, 128 permutations, threshold 0.7, word 5-grams of title and abstract, pairs verified by their estimated
resemblance. Vectors: SemHash's method (cosine of 0.9 and more) on the vectors of a Paperkin library. bib-dedupe: as it comes.
"""
import argparse, csv, json, pathlib, re, sqlite3

p = argparse.ArgumentParser()
p.add_argument("set", type=pathlib.Path)
p.add_argument("--ignore", default="no such sort")
p.add_argument("--library")
a = p.parse_args()
docs = [json.loads(line) for line in open(a.set / "docs.jsonl", encoding="utf8")]
truth = {}
for row in csv.reader(open(a.set / "pairs.tsv", encoding="utf8"), delimiter="\t"):
    if row[0] != "id1":
        label = int(row[2]) if len(row) > 2 else 1
        truth[frozenset(row[:2])] = -1 if len(row) > 3 and a.ignore in row[3] else label


def told(name, pairs):
    pairs = {frozenset(pair) for pair in pairs}
    positives = sum(label == 1 for label in truth.values())
    hits = sum(truth.get(pair) == 1 for pair in pairs)
    wrong = sum(truth.get(pair, 0) == 0 for pair in pairs)
    precision, recall = hits / max(1, hits + wrong), hits / positives
    print(f"{name:10} P {precision:.4f}  R {recall:.4f}  F1 {2 * precision * recall / max(1e-9, precision + recall):.4f}", flush=True)


def closed(pairs):
    """All pairs of the groups that pairs make."""
    parent = {}
    def root(x):
        while parent.setdefault(x, x) != x:
            x = parent[x]
        return x
    for x, y in pairs:
        parent[root(x)] = root(y)
    groups = {}
    for x in parent:
        groups.setdefault(root(x), []).append(x)
    return [(x, y) for group in groups.values() for i, x in enumerate(group) for y in group[i + 1 :]]


def minhash():
    from datasketch import MinHash, MinHashLSH
    index, hashes = MinHashLSH(threshold=0.7, num_perm=128), {}
    for d in docs:
        words = re.findall(r"\w+", f"{d['title']} {d.get('abstract') or ''}".lower())
        hashes[d["id"]] = h = MinHash(num_perm=128)
        h.update_batch([" ".join(words[i : i + 5]).encode() for i in range(max(1, len(words) - 4))])
        index.insert(d["id"], h)
    near = {(x, y) for x, h in hashes.items() for y in index.query(h) if x < y and h.jaccard(hashes[y]) >= 0.7}
    told("MinHash", closed(near))


def vectors():
    import numpy as np
    sql = "SELECT p.id, v.vector FROM papers p JOIN vectors v ON v.text_hash = p.text_hash"
    rows = sqlite3.connect(f"file:{a.library}/library.db?mode=ro", uri=True).execute(sql).fetchall()
    ids, m = [r[0] for r in rows], np.array([np.frombuffer(r[1], "<f4") for r in rows])
    near = []
    for i in range(len(ids)):
        near += [(ids[i], ids[i + 1 + int(j)]) for j in np.flatnonzero(m[i + 1 :] @ m[i] >= 0.9)]
    told("vectors", closed(near))


def bib_dedupe():
    import pandas as pd
    from bib_dedupe.bib_dedupe import block, match, prep
    fields = {"title": "title", "author": "authors", "year": "year", "journal": "venue", "volume": "volume", "number": "issue",
              "pages": "pages", "abstract": "abstract", "doi": "doi"}
    names = lambda v: " and ".join(v) if isinstance(v, list) else (v or "").replace("; ", " and ").replace(";", " and ")
    rows = [{"ID": d["id"], "ENTRYTYPE": "article",
             **{k: names(d.get(f)) if k == "author" else str(d.get(f) or "") for k, f in fields.items()}} for d in docs]
    matched = match(block(prep(pd.DataFrame(rows))))
    found = matched[matched["duplicate_label"] == "duplicate"]
    told("bib-dedupe", closed(zip(found["ID_1"], found["ID_2"])))


if __name__ == "__main__":
    minhash()
    if a.library:
        vectors()
    if any(d.get("authors") for d in docs):
        bib_dedupe()
