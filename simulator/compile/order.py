"""The order in which equations can be computed."""

from collections.abc import Callable, Iterable, Sequence


class LoopError(Exception):
    """Equations wait for each other; `loop` lists their keys in order of use."""

    def __init__(self, loop: list[str]) -> None:
        super().__init__(" -> ".join(loop))
        self.loop = loop


def dependency_order(wanted: Iterable[str], uses: Callable[[str], Sequence[str]]) -> list[str]:
    """Return `wanted` and all they use, each key after those it uses; `uses` gives a key's direct inputs.

    Raises `LoopError` if keys wait for each other.
    """
    done: dict[str, None] = {}
    open_keys: dict[str, None] = {}
    for start in wanted:
        if start in done:
            continue
        stack = [(start, iter(uses(start)))]
        open_keys[start] = None
        while stack:
            key, rest = stack[-1]
            following = next((k for k in rest if k not in done), None)
            if following is None:
                stack.pop()
                del open_keys[key]
                done[key] = None
            elif following in open_keys:
                path = list(open_keys)
                raise LoopError(path[path.index(following) :])
            else:
                open_keys[following] = None
                stack.append((following, iter(uses(following))))
    return list(done)
