#!/usr/bin/env python3
"""Paperkin and what one would use instead, in turn, on the same abstracts; prints tables in Markdown.

    python -m venv v && v/bin/pip install -r tests/bench/peers/requirements.txt
    cargo build --release && v/bin/python tests/bench/peers/run.py > table.md

Rows: 1 embedding against sentence-transformers, 2 against fastembed, 3 against the model alone, 4 nearest neighbours, 5 k-means,
6 duplicates, 7 a whole report, 8 `similar TEXT`, cold and served, 10 growth, 11 the build (only if asked for). Peak memory is a
column. A peer that is not installed is skipped, and that is said. What is made is kept in the work folder for the next run.
"""
import argparse, os, pathlib, platform, shlex, sys, time, traceback

import building, duplicates, embed, growth, kmeans, neighbours, similar, whole
from bench import REPO, SCALE, Bench, Line, Skipped, row_of

ROWS = {
    1: embed.whole_command,
    2: embed.same_file,
    3: embed.beside_the_model,
    4: neighbours.rows,
    5: kmeans.rows,
    6: duplicates.rows,
    7: whole.rows,
    8: similar.rows,
    10: growth.rows,
    11: building.rows,
}
LABELLED = [REPO.parent / "shared/data" / name for name in ("paper_versions/dev", "dedup_copper", "dedup_tafenoquine")]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=REPO / "target/release/paperkin", help="the program")
    parser.add_argument("--papers", type=pathlib.Path, help="abstracts as JSON lines, .gz or not [default: the scale corpus, else the seeds repeated]")
    parser.add_argument("--library", type=pathlib.Path, help="a library of them, so that they are not embedded first; it is copied")
    parser.add_argument("--labelled", type=pathlib.Path, nargs="*", help="sets with known duplicates [default: three beside the scale corpus]")
    parser.add_argument("--rows", default="all", help="such as 1,4,5")
    parser.add_argument("--rounds", type=int, default=3, help="how often both are measured")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--growth", default="10000,100000", help="numbers of papers for row 10")
    parser.add_argument("--quick", action="store_true", help="a few hundred abstracts, to try it; the figures mean little")
    parser.add_argument("--work", type=pathlib.Path, default=REPO / "target/peers", help="a folder for what is made")
    return parser.parse_args()


def corpus(bench: Bench, given: pathlib.Path | None) -> str:
    """Sets the papers to work on, and says which they are."""
    if given or SCALE.exists():
        bench.papers = given or SCALE
        return str(bench.papers)
    papers = bench.size(10_000, 400)
    bench.papers = bench.work / f"seeds-{papers}.jsonl"
    bench.repeat_seeds(papers)
    return "the seeds, repeated with their sentences mixed, since there are no others beside the project"


def machine() -> str:
    with open("/proc/cpuinfo", encoding="utf8") as lines:
        name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{name}, {os.cpu_count()} cores"


def main() -> None:
    args, begun = arguments(), time.monotonic()
    args.work.mkdir(parents=True, exist_ok=True)
    growth_sizes = [500, 2000] if args.quick else [int(size) for size in args.growth.split(",")]
    labelled = args.labelled if args.labelled is not None else [] if args.quick else LABELLED
    bench = Bench(args.bin.resolve(), pathlib.Path(), args.work.resolve(), args.library, args.rounds, args.threads, args.quick, growth_sizes, labelled)
    abstracts = corpus(bench, args.papers)
    chosen = [row for row in ROWS if row != 11] if args.rows == "all" else [int(row) for row in args.rows.split(",")]
    for row in chosen:
        started = time.monotonic()
        try:
            ROWS[row](bench)
        except Skipped as why:
            bench.note(f"row {row}: skipped, {why}")
        except Exception as why:  # What was measured must not be lost with it.
            bench.note(f"row {row}: failed, {why!r}")
            traceback.print_exc()
        print(f"row {row} took {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    version = bench.run(bench.bin, "--version").text.strip()
    print(f"`{shlex.join(sys.argv)}`: {version}, {machine()}, {args.threads} threads, {args.rounds} rounds in turn; abstracts: {abstracts}.")
    print("Medians, with the middle half of the rounds in brackets.\n")
    if bench.lines:
        print("\n".join([row_of(Line.HEAD), row_of(["---"] * len(Line.HEAD)), *(line.text() for line in bench.lines)]), end="\n\n")
    for table in bench.tables:
        print(table.text(), end="\n\n")
    for note in bench.notes:
        print(f"* {note}")
    print(f"all of it took {(time.monotonic() - begun) / 60:.0f} minutes", file=sys.stderr)


if __name__ == "__main__":
    main()
