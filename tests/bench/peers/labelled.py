"""Sets of papers of which it is known which are the same: docs.jsonl, pairs.tsv (id1, id2, label, kind)."""
import csv, pathlib
from dataclasses import dataclass


@dataclass
class Measured:
    precision: float
    recall: float
    f1: float

    def __str__(self) -> str:
        return f"P {self.precision:.3f} R {self.recall:.3f} **F1 {self.f1:.3f}**"


class Truth:
    """Which pairs are the same paper: 1, 0, or -1 where it does not count, as pairs of the kind that is ignored."""

    def __init__(self, folder: pathlib.Path, ignored: str = "nothing") -> None:
        self.label, self.ignores = {}, False
        with open(folder / "pairs.tsv", encoding="utf8") as rows:
            for row in csv.DictReader(rows, delimiter="\t"):
                is_ignored = ignored in (row.get("kind") or "")
                self.ignores |= is_ignored
                self.label[frozenset((row["id1"], row["id2"]))] = -1 if is_ignored else int(row.get("label") or 1)

    def measured(self, pairs: list[tuple[str, str]]) -> Measured:
        """Of all pairs within the groups that these pairs make."""
        labels = [self.label.get(frozenset(pair), 0) for pair in closed(pairs)]
        right, wrong = labels.count(1), labels.count(0)
        precision, recall = right / max(1, right + wrong), right / list(self.label.values()).count(1)
        return Measured(precision, recall, 2 * precision * recall / max(1e-9, precision + recall))


def closed(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """All pairs of the groups that pairs make."""
    parent: dict[str, str] = {}

    def root(x: str) -> str:
        while parent.setdefault(x, x) != x:
            x = parent[x]
        return x

    for x, y in pairs:
        parent[root(x)] = root(y)
    groups: dict[str, list[str]] = {}
    for x in parent:
        groups.setdefault(root(x), []).append(x)
    return [(x, y) for group in groups.values() for i, x in enumerate(group) for y in group[i + 1 :]]
