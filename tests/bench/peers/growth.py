"""Row 10: how seconds and memory grow with the number of papers.

Sizes beyond the papers that are there: copies with mixed words and turned vectors (`grow` in ours.rs).
"""
import itertools, json, math, pathlib, sys

from bench import Bench, Table, short
from similar import query_of, served

# Titles that the served library is asked with.
QUERIES = 105


def rows(bench: Bench) -> None:
    source, stages = bench.library(), {}
    for papers in bench.growth:
        for stage, figures in grown(bench, source, papers).items():
            stages.setdefault(stage, []).append(figures)
    table = Table(["stage", *(f"{papers:,} papers" for papers in bench.growth), "exponents"], [])
    for stage, figures in stages.items():
        told = [f"{short(seconds)} s, {peak:,.0f} MB" for seconds, peak in figures]
        steps = zip(bench.growth, bench.growth[1:], figures, figures[1:])
        exponents = [math.log(b[0] / a[0]) / math.log(m / n) for n, m, a, b in steps]
        table.rows.append([stage, *told, ", ".join(f"{x:.2f}" for x in exponents)])
    bench.tables.append(table)


def grown(bench: Bench, source: pathlib.Path, papers: int) -> dict[str, tuple[float, float]]:
    """Seconds and peak memory of each stage."""
    library, file, vectors = bench.fresh("grown"), bench.fresh("grown.jsonl"), bench.fresh("grown.npy")
    with bench.own_worker() as worker:
        worker.call("grow", library=str(source), out=str(library), papers=papers)
    bench.ours(library, "export", file)
    bench.ours(library, "export", vectors)
    with bench.worker("neighbours", "Vectors") as rows, bench.own_worker() as worker:
        raw = str(bench.work / "grown.f32")
        size = rows.call("raw", npy=str(vectors), out=raw)["value"]
        worker.call("load", vectors=raw, dimension=size[1], rows=size[0])
        figures = {"the graph": (worker.call("graph", threads=bench.threads)["seconds"], worker.peak())}
    # A million papers take 10 GB here as it is.
    for made in (vectors, pathlib.Path(raw)):
        bench.fresh(made.name)
    # The model for as many; with the default one, which takes 10 ms a paper at any size, little else would be seen.
    indexed = bench.ours(bench.fresh("indexed"), "index", file, "--model", "static")
    bench.fresh("indexed")
    with open(file, encoding="utf8") as lines:
        told = [json.loads(line) for line in itertools.islice(lines, QUERIES)]
    id = told[0]["id"]
    # Keeps the graph.
    bench.ours(library, "similar", "--id", id)
    served(bench, library, [query_of(paper["title"]) for paper in told], f"`similar TEXT` among {papers:,}, served")
    k = 200 if papers > 500_000 else 100 if papers >= 10_000 else 20
    runs = {
        "index, static model, with the graph": indexed,
        "similar, a process each": bench.ours(library, "similar", "--id", id),
        "topics, k = 100 (200 from a million)": bench.ours(library, "topics", "-k", k),
        "duplicates": bench.ours(library, "duplicates", codes=(0, 1)),
    }
    for made in (library, file):
        bench.fresh(made.name)
    figures |= {stage: (run.seconds, run.peak) for stage, run in runs.items()}
    # A million papers take half an hour: what was measured is told at once.
    for stage, (seconds, peak) in figures.items():
        print(f"{papers:,} papers, {stage}: {short(seconds)} s, {peak:,.0f} MB", file=sys.stderr, flush=True)
    return figures
