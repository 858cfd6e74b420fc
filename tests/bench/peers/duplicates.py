"""Row 6: records that are the same paper, after embedding."""
import json, pathlib, re

from bench import Bench, Line, Skipped, Table, opened, texts
from labelled import Truth


class Finder:
    package = ""

    def load(self, papers: str, vectors: str) -> str:
        import importlib.metadata
        self.papers, self.vectors = [json.loads(line) for line in opened(pathlib.Path(papers))], vectors
        self.texts = texts(papers)
        return f"{self.package} {importlib.metadata.version(self.package)}"


class Datasketch(Finder):
    """MinHash of word 5-grams in 128 permutations; pairs of a bucket whose estimated resemblance is 0.7 or more."""

    package = "datasketch"

    def find(self) -> list[tuple[str, str]]:
        from datasketch import MinHash, MinHashLSH

        def grams(text: str) -> list[bytes]:
            words = re.findall(r"\w+", text.lower())
            return [" ".join(words[i : i + 5]).encode() for i in range(max(1, len(words) - 4))]

        ids = [paper["id"] for paper in self.papers]
        hashes = dict(zip(ids, MinHash.generator(map(grams, self.texts), num_perm=128)))
        index = MinHashLSH(threshold=0.7, num_perm=128)
        with index.insertion_session() as session:
            for id, found in hashes.items():
                session.insert(id, found)
        return [(x, y) for x, h in hashes.items() for y in index.query(h) if x < y and h.jaccard(hashes[y]) >= 0.7]


class SemHash(Finder):
    """A cosine of 0.9 or more, found through its index of the same vectors; defaults."""

    package = "semhash"

    def find(self) -> list[tuple[str, str]]:
        import numpy as np
        from semhash import SemHash
        records = [{"id": paper["id"], "text": text} for paper, text in zip(self.papers, self.texts)]
        finder = SemHash.from_embeddings(np.load(self.vectors), records, model=None, columns=["text"])
        found = finder.self_deduplicate(threshold=0.9)
        return [(repeat.record["id"], repeat.duplicate_of["id"]) for repeat in found.filtered]


class BibDedupe(Finder):
    """As it comes; it needs bibliographic fields."""

    package = "bib-dedupe"

    def find(self) -> list[tuple[str, str]]:
        import pandas
        from bib_dedupe.bib_dedupe import block, match, prep
        fields = {"title": "title", "author": "authors", "year": "year", "journal": "venue", "volume": "volume",
                  "number": "issue", "pages": "pages", "abstract": "abstract", "doi": "doi"}
        told = lambda value: " and ".join(value) if isinstance(value, list) else str(value or "")
        rows = [{"ID": d["id"], "ENTRYTYPE": "article"} | {k: told(d.get(f)) for k, f in fields.items()} for d in self.papers]
        if not any(row["author"] for row in rows):
            return []
        matched = match(block(prep(pandas.DataFrame(rows))))
        found = matched[matched["duplicate_label"] == "duplicate"]
        return list(zip(found["ID_1"], found["ID_2"]))


def exported(bench: Bench, library: pathlib.Path) -> dict[str, str]:
    """The papers and vectors of a library, row by row."""
    papers, vectors = bench.fresh("papers.jsonl"), bench.fresh("papers.npy")
    bench.ours(library, "export", papers)
    bench.ours(library, "export", vectors)
    return {"papers": str(papers), "vectors": str(vectors)}


def our_pairs(text: str) -> list[tuple[str, str]]:
    return [(group["papers"][0], paper) for group in json.loads(text)["groups"] for paper in group["papers"][1:]]


def rows(bench: Bench) -> None:
    library = bench.library()
    files, papers = exported(bench, library), bench.count(library)
    bench.forget_graph(library)
    ours = [bench.ours(library, "duplicates", "--format", "json", codes=(0, 1)) for _ in range(1 + bench.rounds)]
    bench.tell(Line(6, f"duplicates of {papers:,}, when the graph is there", [run.seconds for run in ours[1:]], memory=(ours[1].peak,)))
    for kind in ("Datasketch", "SemHash"):
        try:
            with bench.worker("duplicates", kind) as peer:
                line = Line(6, f"duplicates of {papers:,}, the first time", [ours[0].seconds], peer.call("load", **files)["value"])
                line.theirs, line.memory = [peer.call("find")["seconds"]], (ours[0].peak, peer.peak())
                line.quality = "see below" if bench.labelled else ""
                bench.tell(line)
        except Skipped as why:
            bench.note(f"row 6, {kind}: skipped, {why}")
    table = Table(["pairs within groups", "Paperkin", "MinHash 0.7", "SemHash, cosine 0.9", "bib-dedupe"], [])
    for folder in bench.labelled:
        table.rows += labelled(bench, folder)
    if table.rows:
        bench.tables.append(table)


def labelled(bench: Bench, folder: pathlib.Path) -> list[list[str]]:
    """Precision, recall and F1 on a set where the truth is known."""
    if not (folder / "pairs.tsv").exists():
        bench.note(f"row 6, {folder}: skipped, not there")
        return []
    library = bench.work / f"labelled-{folder.parent.name}-{folder.name}"
    bench.ours(library, "index", folder / "docs.jsonl", "--model", bench.model()[0].name)
    found = [our_pairs(bench.ours(library, "duplicates", "--format", "json", codes=(0, 1)).text)]
    files = exported(bench, library)
    for kind in ("Datasketch", "SemHash", "BibDedupe"):
        try:
            with bench.worker("duplicates", kind) as peer:
                peer.call("load", **files)
                found.append(peer.call("find")["value"])
        except Skipped as why:
            bench.note(f"row 6, {folder.name}, {kind}: skipped, {why}")
            found.append(None)
    told = []
    for truth, sort in ((Truth(folder), ""), (Truth(folder, "heavy_rewrite"), ", without heavy rewrites")):
        if truth.ignores or not sort:
            figures = ["" if not pairs else str(truth.measured(pairs)) for pairs in found]
            told.append([f"{folder.parent.name}/{folder.name}{sort}", *figures])
    return told
