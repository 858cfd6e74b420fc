"""What all parts share: commands and workers that are measured, papers and libraries to work on, lines of the table.

This process stays small and loads no package: the peak memory that the system tells of a child begins at its parent's.
"""
import gzip, json, os, pathlib, random, shutil, sqlite3, statistics, subprocess, sys, time, tomllib
from dataclasses import dataclass, field

HERE = pathlib.Path(__file__).resolve().parent
REPO = HERE.parents[2]
SCALE = REPO.parent / "shared/data/scale/scale_open.jsonl.gz"


class Skipped(Exception):
    """Why a part was not measured."""


@dataclass
class Run:
    """A command that ended: seconds, CPU seconds, peak memory in MB, and what it printed."""

    seconds: float
    cpu: float
    peak: float
    text: str


@dataclass
class Bench:
    """What was asked for, and the places that it is made in."""

    bin: pathlib.Path
    papers: pathlib.Path
    work: pathlib.Path
    given_library: pathlib.Path | None
    rounds: int
    threads: int
    is_quick: bool
    growth: list[int]
    labelled: list[pathlib.Path]
    lines: list["Line"] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: list["Table"] = field(default_factory=list)
    made: set[pathlib.Path] = field(default_factory=set)

    def size(self, full: int, quick: int) -> int:
        return quick if self.is_quick else full

    # Commands and workers

    def env(self) -> dict[str, str]:
        threads = {name: str(self.threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
        quiet = {"TOKENIZERS_PARALLELISM": "true", "HF_HUB_OFFLINE": "1", "ORT_DISABLE_TELEMETRY": "1"}
        return os.environ | threads | quiet

    def run(self, *command: object, codes: tuple[int, ...] = (0,)) -> Run:
        with open(self.work / "out.txt", "w+b") as out, open(self.work / "err.txt", "w+b") as err:
            begun = time.perf_counter()
            process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=err, env=self.env())
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - begun
            code = process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0), err.seek(0)
            if code not in codes:
                last = err.read().decode(errors="replace").strip().splitlines()[-3:]
                raise Skipped(f"{pathlib.Path(command[0]).name} {command[1]} ended with {code}: {' '.join(last)}")
            return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read().decode())

    def ours(self, library: pathlib.Path, *args: object, codes: tuple[int, ...] = (0,)) -> Run:
        """`paperkin` with a library."""
        return self.run(self.bin, *args, "--library", library, "--threads", self.threads, "--quiet", codes=codes)

    def worker(self, part: str, kind: str) -> "Worker":
        return Worker(self, [sys.executable, str(HERE / "worker.py"), part, kind])

    def own_worker(self) -> "Worker":
        """The Rust program beside this file, built if need be."""
        cargo = ["cargo", "bench", "--bench", "ours", "--no-run", "--message-format", "json"]
        built = subprocess.run(cargo, cwd=REPO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if built.returncode:
            raise Skipped(f"cargo bench --bench ours: {built.stderr.strip().splitlines()[-1]}")
        messages = [json.loads(line) for line in built.stdout.splitlines()]
        return Worker(self, [next(m["executable"] for m in messages if m.get("target", {}).get("name") == "ours" and m["executable"])])

    # Papers and libraries

    def model(self) -> tuple[pathlib.Path, dict]:
        """The default model's folder and card."""
        folder = REPO / "models/all-MiniLM-L6-v2"
        return folder, tomllib.loads((folder / "model.toml").read_text())

    def fresh(self, name: str) -> pathlib.Path:
        """A path in the work folder where nothing is."""
        path = self.work / name
        shutil.rmtree(path, ignore_errors=True)
        path.unlink(missing_ok=True)
        return path

    def sample(self, papers: int) -> pathlib.Path:
        """So many papers of the corpus, spread evenly, as `paperkin` cleans and orders them."""
        sample = self.work / f"sample-{papers}.jsonl"
        if sample not in self.made:
            with opened(self.papers) as lines:
                known = sum(1 for _ in lines)
            wanted = min(papers, known)
            with opened(self.papers) as lines, open(self.fresh("raw.jsonl"), "w", encoding="utf8") as raw:
                raw.writelines(line for i, line in enumerate(lines) if (i + 1) * wanted // known > i * wanted // known)
            hashed = self.fresh("hashed")
            self.ours(hashed, "index", self.work / "raw.jsonl", "--model", "hashed")
            self.ours(hashed, "export", self.fresh(sample.name))
            self.made.add(sample)
        return sample

    def repeat_seeds(self, papers: int) -> None:
        """Writes the corpus: the seeds, then again and again with the words of two in turn and sentences of others."""
        seeds, chance = self.fresh("hashed"), random.Random(1)
        self.ours(seeds, "index", REPO / "seeds", "--model", "hashed")
        self.ours(seeds, "export", self.fresh("once.jsonl"))
        with opened(self.work / "once.jsonl") as lines:
            once = [json.loads(line) for line in lines]
        sentences = [sentence for paper in once for sentence in paper["abstract"].split(". ")]
        with open(self.papers, "w", encoding="utf8") as out:
            for i in range(papers):
                paper, other = once[i % len(once)], chance.choice(once)
                if i >= len(once):
                    title = [word for pair in zip(paper["title"].split(), other["title"].split()) for word in pair]
                    text = paper["abstract"].split(". ")[:2] + chance.sample(sentences, 5)
                    paper = {"id": f"repeat-{i}", "title": " ".join(title), "abstract": ". ".join(text)}
                out.write(json.dumps(paper, ensure_ascii=False) + "\n")

    def library(self) -> pathlib.Path:
        """A library with the default model's vectors: a copy of the one that was given, or one of all papers."""
        papers = self.size(0, 2000)
        library = self.work / f"library-of-{self.papers.name.split('.')[0]}-{papers or 'all'}"
        if library in self.made:
            return library
        if self.given_library is None:
            # Kept for the next run: embeds only what is not there, or all of it again if the model is another by now.
            self.ours(library, "index", self.sample(papers) if papers else self.papers, "--model", self.model()[0].name)
        elif papers:
            with self.own_worker() as worker:
                worker.call("grow", library=str(self.given_library), out=str(self.fresh(library.name)), papers=papers)
        else:
            self.copied(self.given_library, library.name)
        self.made.add(library)
        return library

    def copied(self, library: pathlib.Path, name: str) -> pathlib.Path:
        """A library's database and nothing that was kept beside it."""
        copy = self.fresh(name)
        copy.mkdir()
        source = sqlite3.connect(f"file:{library.resolve()}/library.db?mode=ro", uri=True)
        target = sqlite3.connect(copy / "library.db")
        source.backup(target)
        source.close(), target.close()
        return copy

    def forget_graph(self, library: pathlib.Path) -> None:
        """Leaves the database alone."""
        for file in library.iterdir():
            if not file.name.startswith("library.db"):
                file.unlink()

    def count(self, library: pathlib.Path) -> int:
        return json.loads(self.ours(library, "info", "--format", "json").text)["papers"]

    # What is told

    def tell(self, line: "Line") -> None:
        self.lines.append(line)
        print(line.text(), file=sys.stderr, flush=True)

    def note(self, text: str) -> None:
        self.notes.append(text)
        print(text, file=sys.stderr, flush=True)


class Worker:
    """A process that answers calls."""

    def __init__(self, bench: Bench, command: list[str]) -> None:
        self.name = command[-1]
        self.log = open(bench.work / "worker.txt", "w+b")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, env=bench.env(), text=True
        )

    def call(self, call: str, save: pathlib.Path | None = None, **args: object) -> dict:
        request = {"call": call, "args": args, "save": str(save) if save else None}
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline() or "null")
        except BrokenPipeError:
            answer = None
        if answer is None:
            self.log.seek(0)
            last = self.log.read().decode(errors="replace").strip().splitlines()[-1:]
            raise Skipped(f"{self.name} died in {call}: {' '.join(last)}")
        if "missing" in answer:
            raise Skipped(f"the Python package {answer['missing']} is not installed")
        return answer

    def peak(self) -> float:
        """Its peak memory until now, in MB."""
        return peak_of(self.process.pid)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.log.close()


@dataclass
class Line:
    """A line of the table. Seconds are one a round, ours beside the peer's; with `amount` they are told as a rate."""

    row: int
    what: str
    ours: list[float] = field(default_factory=list)
    peer: str = ""
    theirs: list[float] = field(default_factory=list)
    amount: float = 0
    unit: str = "s"
    quality: str = ""
    memory: tuple[float, ...] = ()
    bound: str = ""

    HEAD = ["", "part", "Paperkin", "peer", "its figure", "Paperkin is", "quality: ours, its", "peak MB: ours, its", "of the machine's bound"]

    def figure(self, seconds: list[float]) -> str:
        return spread([self.amount / s for s in seconds] if self.amount else seconds, f" {self.unit}") if seconds else ""

    def text(self) -> str:
        ratio = spread([theirs / ours for ours, theirs in zip(self.ours, self.theirs)], " x as fast") if self.theirs else ""
        memory = ", ".join(f"{peak:.0f}" for peak in self.memory)
        cells = [self.row, self.what, self.figure(self.ours), self.peer, self.figure(self.theirs), ratio, self.quality, memory, self.bound]
        return row_of(cells)


@dataclass
class Table:
    """A table of its own, for what has no peer or several."""

    head: list[str]
    rows: list[list[str]]

    def text(self) -> str:
        return "\n".join(map(row_of, [self.head, ["---"] * len(self.head), *self.rows]))


def row_of(cells: list) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def spread(values: list[float], unit: str) -> str:
    """The median, and between which values the middle half lies."""
    middle = f"{short(statistics.median(values))}{unit}"
    if len(values) < 2:
        return middle
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{middle} ({short(low)} to {short(high)})"


def short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def peak_of(process: int) -> float:
    """The peak memory until now of a process that runs, in MB."""
    return int(pathlib.Path(f"/proc/{process}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def opened(path: pathlib.Path):
    return gzip.open(path, "rt", encoding="utf8") if path.suffix == ".gz" else open(path, encoding="utf8")


def texts(path: str) -> list[str]:
    """What is embedded of each paper: as `Paper::text` in src/paper.rs."""
    found = []
    with open(path, encoding="utf8") as lines:
        for paper in map(json.loads, lines):
            title, abstract = paper.get("title") or "", paper.get("abstract") or ""
            point = " " if title.endswith((".", "?", "!")) else ". "
            found.append(point.join(filter(None, (title, abstract))))
    return found
