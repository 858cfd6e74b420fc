"""Row 5: k-means on the raw unit vectors."""
from bench import Bench, Line, Skipped, spread
from neighbours import Peer, vectors


class ScikitLearn(Peer):
    package = "scikit-learn"

    def fit(self, k: int, seed: int, threads: int):
        from sklearn.cluster import KMeans
        return KMeans(k, random_state=seed).fit(self.base).labels_


class Faiss(Peer):
    """As many rounds over all rows as scikit-learn needs about; by default it would look at 256 rows a cluster only."""

    package = "faiss-cpu"

    def fit(self, k: int, seed: int, threads: int):
        import faiss
        faiss.omp_set_num_threads(threads)
        kmeans = faiss.Kmeans(self.base.shape[1], k, niter=25, seed=seed + 1, max_points_per_centroid=len(self.base))
        kmeans.train(self.base)
        return kmeans.index.search(self.base, 1)[1].ravel()


class Inertia(Peer):
    package = "numpy"

    def inertia(self, clusters: str) -> float:
        """Squared distances of unit rows to the means of their clusters."""
        import numpy as np
        cluster_of = np.fromfile(clusters, "<u4")
        sums = [(self.base[cluster_of == cluster].sum(0, dtype="f8"), (cluster_of == cluster).sum()) for cluster in set(cluster_of)]
        return len(self.base) - float(sum(s @ s / size for s, size in sums))


def rows(bench: Bench) -> None:
    """Each round has another seed. All begin with k-means++ but faiss, which begins with random rows."""
    k, files, size = bench.size(100, 20), *vectors(bench)
    found = bench.work / "clusters.u32"
    with bench.worker("kmeans", "Inertia") as judge, bench.own_worker() as ours:
        judge.call("load", **files, dimension=size[1])
        ours.call("load", vectors=files["base"], dimension=size[1], rows=size[0])
        inertia = lambda: judge.call("inertia", clusters=str(found))["value"]
        for kind in ("ScikitLearn", "Faiss"):
            try:
                with bench.worker("kmeans", kind) as peer:
                    name = peer.call("load", **files, dimension=size[1])["value"]
                    line, inertias = Line(5, f"k-means, {size[0]:,} x {size[1]}, k = {k}", peer=name), []
                    for seed in range(bench.rounds):
                        line.ours.append(ours.call("kmeans", k=k, seed=seed, threads=bench.threads, save=found)["seconds"])
                        own = inertia()
                        line.theirs.append(peer.call("fit", k=k, seed=seed, threads=bench.threads, save=found)["seconds"])
                        inertias.append(own / inertia())
                    line.quality = f"inertia {spread([100 * x for x in inertias], ' %')} of its"
                    line.memory = (ours.peak(), peer.peak())
                    bench.tell(line)
            except Skipped as why:
                bench.note(f"row 5, {kind}: skipped, {why}")
