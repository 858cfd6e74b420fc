"""Row 7: from a file to a page."""
import sys

from bench import HERE, Bench, Line


class Model:
    def unpacked(self, folder: str) -> str:
        from embed import unpacked
        return unpacked(folder)


def rows(bench: Bench) -> None:
    """The peer gets a part of the papers; beyond its start its time is taken in proportion, which is to its favour."""
    papers, part = bench.size(10_000, 300), bench.size(4000, 150)
    file, some = bench.sample(papers), bench.sample(part)
    with bench.worker("whole", "Model") as model:
        folder = model.call("unpacked", folder=str(bench.work))["value"]
    ours = bench.ours(bench.fresh("reported"), "report", file, "-o", bench.work / "ours.html")
    theirs = bench.run(sys.executable, HERE / "pipeline.py", folder, some, bench.work / "theirs.html")
    start = float(theirs.text.split()[-1])
    seconds = start + (theirs.seconds - start) * papers / part
    line = Line(7, f"`report` of {papers:,} abstracts", [ours.seconds], theirs=[seconds], memory=(ours.peak, theirs.peak))
    line.peer = f"pipeline.py (sentence-transformers, hnswlib, scikit-learn, c-TF-IDF), from {part:,}"
    bench.tell(line)
