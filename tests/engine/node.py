"""Runs generated JavaScript in node, where it is at hand: one process, one JSON line per question."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

WORKER = Path(__file__).resolve().parents[2] / "simulator" / "ui" / "component" / "preview_worker.js"

_LOOP = """
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { source, body, given } = JSON.parse(line);
  const plain = (key, value) => typeof value === "number" && !Number.isFinite(value) ? String(value)
    : ArrayBuffer.isView(value) ? [...value] : value;
  const answer = new Function("given", "onmessage", source + "\\n" + body)(given);
  process.stdout.write(JSON.stringify(answer, plain) + "\\n");
});
"""

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


class Node:
    """A running node that evaluates function bodies below a source."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            ["node", "-e", _LOOP], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, source: str, body: str, given: Any) -> Any:
        """Return what `body` returns, with ``given`` in reach; numbers that are not finite come back as text."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"source": source, "body": body, "given": given}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def running() -> Iterator[Node]:
    """Yield a running node and end it."""
    node = Node()
    try:
        yield node
    finally:
        node.process.terminate()
        node.process.communicate()
