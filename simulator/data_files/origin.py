"""Where a piece of data came from, so that an error found later can still name file and line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from simulator.data_files.yaml_text import KeyPath


@dataclass(frozen=True, eq=False)
class Origin:
    """File name and line of each key path. Any two are equal: where data stood does not change what it is."""

    file: str = ""
    lines: Mapping[KeyPath, int] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin)

    def __hash__(self) -> int:
        return hash(Origin)

    def place(self, path: KeyPath) -> str:
        """Return ``"file:line: a.b: "`` for a key path; without the line if the key does not stand in the file."""
        dotted = ".".join(str(part) for part in path)
        key = f"{dotted}: " if dotted else ""
        if not self.file:
            return key
        line = self.lines.get(path)
        return f"{self.file}:{line}: {key}" if line else f"{self.file} (as changed): {key}"

    def without(self, paths: Iterable[KeyPath]) -> "Origin":
        """Return the origin without the lines of `paths` and of what stands below them."""
        gone = set(paths)
        kept = {p: n for p, n in self.lines.items() if not any(p[: len(g)] == g for g in gone)}
        return Origin(self.file, kept)
