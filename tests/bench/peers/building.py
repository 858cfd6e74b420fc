"""Row 11: what it takes to build. Not among `all`: it begins with nothing and takes minutes."""
import os

from bench import REPO, Bench, Table


def rows(bench: Bench) -> None:
    target = bench.fresh("cold-target")
    cargo = ["cargo", "--config", f"build.target-dir='{target}'", "--config", "build.incremental=false"]
    manifest = ["--manifest-path", REPO / "Cargo.toml", "--locked"]
    bench.run("cargo", "fetch", *manifest)
    built = bench.run(*cargo, "build", "--release", *manifest)
    binary = os.path.getsize(target / "release" / bench.bin.name) / 1e6
    tree = bench.run("cargo", "tree", *manifest, "--edges", "normal,build", "--prefix", "none").text
    crates = {line.removesuffix(" (*)") for line in tree.splitlines()}
    cells = [f"{built.seconds:.0f} s, {built.cpu:.0f} CPU s", str(len(crates)), f"{binary:.1f} MB"]
    bench.tables.append(Table(["cold release build", "crates", "binary"], [cells]))
    bench.fresh(target.name)
