"""Row 4: the nearest neighbours of vectors, at equal recall."""
import statistics

from bench import Bench, Line, Skipped, Worker

# Links a node and candidates looked at for each insertion: the peers' usual values.
LINKS, BUILD_WIDTH = 16, 200
K, RECALL = 10, 0.99
# Search widths that peers are tried with, narrowest first, each a tenth wider.
WIDTHS = sorted({round(12 * 1.1**i) for i in range(50)})


class Vectors:
    def split(self, npy: str, base: str, queries: str, rows: int, asked: int) -> list[int]:
        """Every so-many-th row becomes a query; of the others the first `rows` are searched."""
        import numpy as np
        all_rows = np.load(npy)
        is_query = np.zeros(len(all_rows), bool)
        is_query[:: len(all_rows) // asked] = True
        searched = all_rows[~is_query][:rows]
        searched.astype("<f4").tofile(base)
        all_rows[is_query][:asked].astype("<f4").tofile(queries)
        return list(searched.shape)


    def raw(self, npy: str, out: str) -> list[int]:
        import numpy as np
        rows = np.load(npy, mmap_mode="r")
        rows.tofile(out)
        return list(rows.shape)


class Peer:
    def load(self, base: str, queries: str, dimension: int) -> str:
        import importlib.metadata
        import numpy as np
        self.base, self.queries = (np.fromfile(file, "<f4").reshape(-1, dimension) for file in (base, queries))
        return f"{self.package} {importlib.metadata.version(self.package)}"


class Truth(Peer):
    package = "numpy"

    def find(self) -> None:
        """The similarity of the last of the true neighbours of each query."""
        import numpy as np
        self.least = np.partition(self.queries @ self.base.T, -K, axis=1)[:, -K]

    def recall(self, found: str) -> float:
        """Share of the answers that are as near as the last of the truth; of copies any one will do."""
        import numpy as np
        rows = np.fromfile(found, "<u4").reshape(-1, K)
        near = np.einsum("qkd,qd->qk", self.base[rows], self.queries[: len(rows)])
        return float((near >= self.least[: len(rows), None] - 1e-5).mean())


class Hnswlib(Peer):
    package = "hnswlib"

    def graph(self, threads: int) -> None:
        import hnswlib
        self.index = hnswlib.Index("ip", self.base.shape[1])
        self.index.init_index(len(self.base), M=LINKS, ef_construction=BUILD_WIDTH)
        self.index.add_items(self.base, num_threads=threads)

    def search(self, width: int, threads: int):
        self.index.set_ef(width)
        return self.index.knn_query(self.queries, K, num_threads=threads)[0]


class Usearch(Peer):
    package = "usearch"

    def graph(self, threads: int) -> None:
        import numpy as np
        from usearch.index import Index
        self.index = Index(ndim=self.base.shape[1], metric="ip", dtype="f32", connectivity=LINKS, expansion_add=BUILD_WIDTH)
        self.index.add(np.arange(len(self.base)), self.base, threads=threads)

    def search(self, width: int, threads: int):
        self.index.expansion_search = width
        return self.index.search(self.queries, K, threads=threads).keys


class FaissGraph(Peer):
    package = "faiss-cpu"

    def graph(self, threads: int) -> None:
        import faiss
        faiss.omp_set_num_threads(threads)
        self.index = faiss.IndexHNSWFlat(self.base.shape[1], LINKS, faiss.METRIC_INNER_PRODUCT)
        self.index.hnsw.efConstruction = BUILD_WIDTH
        self.index.add(self.base)

    def search(self, width: int, threads: int):
        import faiss
        faiss.omp_set_num_threads(threads)
        self.index.hnsw.efSearch = width
        return self.index.search(self.queries, K)[1]


class FaissFlat(Peer):
    package = "faiss-cpu"

    def graph(self, threads: int) -> None:
        import faiss
        self.index = faiss.IndexFlatIP(self.base.shape[1])
        self.index.add(self.base)

    def one_by_one(self, asked: int, threads: int):
        """A query a call, as a person asks."""
        import faiss
        import numpy as np
        faiss.omp_set_num_threads(threads)
        return np.concatenate([self.index.search(self.queries[i : i + 1], K)[1] for i in range(asked)])

    def together(self, asked: int, threads: int):
        """As products of matrices."""
        import faiss
        faiss.omp_set_num_threads(threads)
        return self.index.search(self.queries[:asked], K)[1]


def vectors(bench: Bench) -> tuple[dict[str, str], list[int]]:
    """Files of vectors to search and of queries, and the shape of the former."""
    exported, base, queries = (bench.work / name for name in ("vectors.npy", "base.f32", "queries.f32"))
    bench.ours(bench.library(), "export", bench.fresh(exported.name))
    files = {"base": str(base), "queries": str(queries)}
    with bench.worker("neighbours", "Vectors") as all_rows:
        size = {"rows": bench.size(100_000, 1800), "asked": bench.size(1000, 200)}
        return files, all_rows.call("split", npy=str(exported), **files, **size)["value"]


def rows(bench: Bench) -> None:
    files, size = vectors(bench)
    with bench.worker("neighbours", "Truth") as truth, bench.own_worker() as ours:
        truth.call("load", **files, dimension=size[1])
        truth.call("find")
        ours.call("load", vectors=files["base"], dimension=size[1], rows=size[0])
        field = Field(bench, truth, ours, files, size)
        field.graphs()
        field.scans()


class Field:
    """The engines over one set of vectors."""

    def __init__(self, bench: Bench, truth: Worker, ours: Worker, files: dict[str, str], size: list[int]) -> None:
        self.bench, self.truth, self.ours, self.files, self.size = bench, truth, ours, files, size
        self.found = bench.work / "found.u32"
        self.of = f"{size[0]:,} x {size[1]}"

    def recall(self) -> float:
        return self.truth.call("recall", found=str(self.found))["value"]

    def search(self, threads: int, exact: bool, asked: int) -> float:
        args = {"queries": self.files["queries"], "asked": asked, "k": K, "threads": threads, "exact": exact}
        return self.ours.call("search", save=self.found, **args)["seconds"]

    def graphs(self) -> None:
        bench, asked = self.bench, self.bench.size(1000, 200)
        built = self.ours.call("graph", threads=bench.threads)["seconds"]
        self.search(bench.threads, False, asked)
        recall = self.recall()
        if recall < RECALL:
            bench.note(f"row 4: our graph's recall@{K} is {recall:.4f}, below {RECALL}; peers are measured at ours all the same")
        for kind in ("Hnswlib", "FaissGraph", "Usearch"):
            try:
                with bench.worker("neighbours", kind) as peer:
                    self.against(peer, built, recall)
            except Skipped as why:
                bench.note(f"row 4, {kind}: skipped, {why}")

    def against(self, peer: Worker, built: float, recall: float) -> None:
        bench, asked = self.bench, self.bench.size(1000, 200)
        name = peer.call("load", **self.files, dimension=self.size[1])["value"]
        their_build = peer.call("graph", threads=bench.threads)["seconds"]
        for width in WIDTHS:
            peer.call("search", save=self.found, width=width, threads=bench.threads)
            if (theirs := self.recall()) >= recall:
                break
        name = f"{name}, M {LINKS}, width {width}"
        memory = (self.ours.peak(), peer.peak())
        bench.tell(Line(4, f"graph of {self.of}, {bench.threads} threads", [built], name, [their_build], memory=memory))
        for threads in sorted({1, bench.threads}):
            line = Line(4, f"search it, k = {K}, {threads} thread{'s' * (threads > 1)}", peer=name, amount=asked, unit="/s")
            for _ in range(bench.rounds):
                line.ours.append(self.search(threads, False, asked))
                line.theirs.append(peer.call("search", width=width, threads=threads, save=self.found)["seconds"])
            line.quality = f"recall {recall:.4f}, {theirs:.4f}"
            bench.tell(line)

    def scans(self) -> None:
        bench, asked = self.bench, self.bench.size(100, 20)
        with bench.worker("neighbours", "FaissFlat") as peer, bench.worker("machine", "Machine") as machine:
            name = peer.call("load", **self.files, dimension=self.size[1])["value"]
            peer.call("graph", threads=1)
            for call, threads in (("one_by_one", 1), ("together", bench.threads)):
                reading = machine.call("scan", vectors=self.files["base"], dimension=self.size[1], threads=threads)["value"]
                what = "a query a call" if call == "one_by_one" else "all in one call"
                line = Line(4, f"scan {self.of}, {what}, {threads} thread{'s' * (threads > 1)}", peer=f"{name} flat", amount=asked, unit="/s")
                for _ in range(bench.rounds):
                    line.ours.append(self.search(threads, True, asked))
                    ours = self.recall()
                    line.theirs.append(peer.call(call, asked=asked, threads=threads, save=self.found)["seconds"])
                line.quality = f"recall {ours:.4f}, {self.recall():.4f}"
                line.memory = (self.ours.peak(), peer.peak())
                line.bound = f"{asked * reading / statistics.median(line.ours):.2f} of reading all rows once a query"
                bench.tell(line)
