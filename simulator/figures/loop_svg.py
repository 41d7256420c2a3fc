"""Causal-loop drawings as SVG: a variable between its causes and its effects, and feedback loops as rings.

Classes only, no colours: the page's style sheet gives them. Texts are escaped. Every arrow carries its sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal
from unicodedata import east_asian_width

Sign = Literal["+", "-", "0", "?"]
Point = tuple[float, float]
Place = Literal["top", "right", "foot", "left"]

LETTER, LINE = 6.5, 15.0
"""Width of a Latin letter and height of a line at the font's 12.5 px; a Chinese character is twice as wide."""

RING, RING_BOX, RING_PITCH, RING_TOP = 330.0, 142.0, 84.0, 32.0

SIGNS: dict[Sign, str] = {"+": "+", "-": "−", "0": "0", "?": "±"}
_CLASSES: dict[Sign, str] = {"+": "plus", "-": "minus", "0": "idle", "?": "both"}


@dataclass(frozen=True)
class Node:
    """One variable: `spoken` is what a screen reader says of it, `stock` draws a box around it."""

    key: str
    name: str
    stock: bool = False
    spoken: str = ""


@dataclass(frozen=True)
class Arm:
    """A neighbour of the variable in the middle, and the sign of the link between the two."""

    node: Node
    sign: Sign


def wrap(name: str, width: float, most: int = 3) -> list[str]:
    """Return `name` in lines of about `width` pixels, at most `most`; what is left out is shown by an ellipsis."""
    room = width / LETTER
    lines, line = [], ""
    for piece in _pieces(name):
        if line and _letters(line + piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    lines.append(line.rstrip())
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip("…") + "…"]
    return lines


def _pieces(name: str) -> list[str]:
    """Return what may be parted: words with the space after them, and single Chinese characters."""
    found: list[str] = []
    for letter in name:
        wide = east_asian_width(letter) in "WF"
        if found and not wide and not found[-1].endswith(" ") and east_asian_width(found[-1][-1]) not in "WF":
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _letters(text: str) -> float:
    return sum(2.0 if east_asian_width(letter) in "WF" else 1.0 for letter in text)


def _box(node: Node, centre: Point, width: float, *, role: str, focus: bool = False) -> str:
    """Return one variable's box; `role` "button" makes it one that the keyboard reaches."""
    x, y = centre
    lines = wrap(node.name, width - 12)
    height = box_height(node, width)
    frame = "node focus" if focus else "node stock" if node.stock else "node"
    asked = (
        f' data-key="{escape(node.key, quote=True)}" role="button" tabindex="0" '
        f'aria-label="{escape(node.spoken, quote=True)}"' if role == "button" else ""
    )
    top = y - LINE * (len(lines) - 1) / 2 + 4.3
    text = "".join(
        f'<tspan x="{x:.1f}" y="{top + i * LINE:.1f}">{escape(line)}</tspan>' for i, line in enumerate(lines)
    )
    return (
        f'<g class="{frame}"{asked}><rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="{2 if node.stock else 14}"/><text text-anchor="middle">{text}</text></g>'
    )


def box_height(node: Node, width: float) -> float:
    """Return how high a node's box of that width is."""
    return LINE * len(wrap(node.name, width - 12)) + 12


def _arrow(path: str, sign: Sign, at: Point, tip: Point, direction: Point) -> str:
    """Return a link: its line, its head at `tip` pointing along `direction`, and its sign in a disc at `at`."""
    x, y = tip
    dx, dy = direction
    head = f"M{x:.1f},{y:.1f}l{-8 * dx - 4 * dy:.1f},{-8 * dy + 4 * dx:.1f}l{8 * dy:.1f},{-8 * dx:.1f}Z"
    return (
        f'<g class="link {_CLASSES[sign]}" aria-hidden="true"><path class="line" d="{path}"/><path class="head" '
        f'd="{head}"/><circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="8.5"/><text x="{at[0]:.1f}" y="{at[1] + 4.5:.1f}" '
        f'text-anchor="middle">{SIGNS[sign]}</text></g>'
    )


def _svg(width: float, height: float, label: str, body: Sequence[str], name: str, role: str) -> str:
    return (
        f'<svg class="{name}" viewBox="0 0 {width:g} {height:.0f}" width="{width:g}" height="{height:.0f}" '
        f'role="{role}" aria-label="{escape(label, quote=True)}">{"".join(body)}</svg>'
    )


def neighbours_wide(focus: Node, causes: Sequence[Arm], effects: Sequence[Arm], label: str) -> str:
    """Return the variable in the middle, its causes left, its effects right: for 760 pixels and more."""
    width, box, gap = 780.0, 196.0, 12.0
    columns = [[(arm, box_height(arm.node, box)) for arm in side] for side in (causes, effects)]
    tall = [sum(h + gap for _, h in side) for side in columns]
    height = max(*tall, box_height(focus, box) + 24) + 8
    middle = (width / 2, height / 2)
    reach = box_height(focus, box) / 2 - 6
    links, boxes = [], [_box(focus, middle, box, role="", focus=True)]
    for side, (column, whole) in enumerate(zip(columns, tall, strict=True)):
        y = (height - whole) / 2 + gap / 2
        x = width - box / 2 - 2 if side else box / 2 + 2
        for i, (arm, high) in enumerate(column):
            centre = y + high / 2
            port = middle[1] + reach * ((i + 0.5) / len(column) * 2 - 1)
            if side:
                start, end = (middle[0] + box / 2, port), (x - box / 2, centre)
                at = (end[0] - 24, centre)
            else:
                start, end = (x + box / 2, centre), (middle[0] - box / 2, port)
                at = (start[0] + 16, centre)
            bend = (start[0] + end[0]) / 2
            path = f"M{start[0]:.1f},{start[1]:.1f}C{bend:.1f},{start[1]:.1f} {bend:.1f},{end[1]:.1f} " \
                   f"{end[0] - 4:.1f},{end[1]:.1f}"
            links.append(_arrow(path, arm.sign, at, end, (1, 0)))
            boxes.append(_box(arm.node, (x, centre), box, role="button"))
            y += high + gap
    return _svg(width, height, label, [*links, *boxes], "wide", "group")


def neighbours_narrow(focus: Node, causes: Sequence[Arm], effects: Sequence[Arm], label: str) -> str:
    """Return the same one below the other, joined by a trunk: causes, the variable, effects; for a phone."""
    width, box, gap, trunk = 330.0, 250.0, 10.0, 24.0
    body: list[str] = []
    y, last = 6.0, 0.0
    for arm in causes:
        high = box_height(arm.node, box)
        centre = y + high / 2
        body.append(_stub(f"M{box + 2:.1f},{centre:.1f}H{width - trunk:.1f}", arm.sign, (box + 22, centre)))
        body.append(_box(arm.node, (box / 2 + 2, centre), box, role="button"))
        last = last or centre
        y += high + gap
    high = box_height(focus, box)
    y += 14 if causes else 0
    focus_y = y + high / 2
    if causes:
        x = width - trunk
        line = f"M{x:.1f},{last:.1f}V{y - 20:.1f}Q{x:.1f},{y - 12:.1f} {x - 8:.1f},{y - 12:.1f}H{width / 2 + 8:.1f}" \
               f"Q{width / 2:.1f},{y - 12:.1f} {width / 2:.1f},{y - 7:.1f}"
        body.insert(0, _plain(line, (width / 2, y), (0, 1)))
    body.append(_box(focus, (width / 2, focus_y), box, role="", focus=True))
    y += high + 14
    below = focus_y + high / 2
    for arm in effects:
        tall = box_height(arm.node, box)
        centre = y + gap / 2 + tall / 2
        line = f"M{trunk:.1f},{centre:.1f}H{width - box - 6:.1f}"
        body.append(_stub(line, arm.sign, (trunk + 16, centre), (width - box - 2, centre)))
        body.append(_box(arm.node, (width - box / 2 - 2, centre), box, role="button"))
        y += tall + gap
        last = centre
    if effects:
        start = width / 2 - box / 2 + 12
        body.insert(0, _plain(f"M{start:.1f},{below:.1f}Q{start:.1f},{below + 10:.1f} {trunk + 8:.1f},{below + 10:.1f}"
                              f"Q{trunk:.1f},{below + 10:.1f} {trunk:.1f},{below + 18:.1f}V{last:.1f}"))
    return _svg(width, y + 4, label, body, "narrow", "group")


def _plain(path: str, tip: Point | None = None, direction: Point = (0, 1)) -> str:
    head = ""
    if tip is not None:
        (x, y), (dx, dy) = tip, direction
        head = f'<path class="head" d="M{x:.1f},{y:.1f}l{-8 * dx - 4 * dy:.1f},{-8 * dy + 4 * dx:.1f}' \
               f'l{8 * dy:.1f},{-8 * dx:.1f}Z"/>'
    return f'<g class="link trunk" aria-hidden="true"><path class="line" d="{path}"/>{head}</g>'


def _stub(path: str, sign: Sign, at: Point, tip: Point | None = None) -> str:
    head = f'<path class="head" d="M{tip[0]:.1f},{tip[1]:.1f}l-8,4l0,-8Z"/>' if tip else ""
    return (
        f'<g class="link {_CLASSES[sign]}" aria-hidden="true"><path class="line" d="{path}"/>{head}<circle '
        f'cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="8.5"/><text x="{at[0]:.1f}" y="{at[1] + 4.5:.1f}" '
        f'text-anchor="middle">{SIGNS[sign]}</text></g>'
    )


def ring(nodes: Sequence[Node], signs: Sequence[Sign], mark: str, label: str) -> str:
    """Return a loop drawn clockwise from its first variable at the top; `mark` (R1, B2) stands in its middle."""
    slots = _slots(len(nodes))
    halves = [(_fitted(node) / 2, box_height(node, RING_BOX) / 2) for node in nodes]
    low = max(y + half for (_, (_, y)), (_, half) in zip(slots, halves, strict=True))
    height = low + (8.0 if len(nodes) % 2 == 0 else 42.0)
    links = []
    for i, (here, half, sign) in enumerate(zip(slots, halves, signs, strict=True)):
        after = (i + 1) % len(nodes)
        links.append(_turn(here, half, slots[after], halves[after], sign))
    boxes = [
        _box(node, centre, _fitted(node), role="", focus=i == 0)
        for i, (node, (_, centre)) in enumerate(zip(nodes, slots, strict=True))
    ]
    rows = [y for place, (_, y) in slots if place == "right"] or [y for _, (_, y) in slots]
    middle = sum(rows) / len(rows) + (0 if len(nodes) > 1 else 44)
    across = RING / 2 - (0 if len(nodes) > 1 else 50)
    centre = f'<text class="mark" x="{across:.1f}" y="{middle + 6:.1f}" text-anchor="middle">{escape(mark)}</text>'
    return _svg(RING, height, label, [*links, *boxes, centre], "ring", "img")


def _slots(count: int) -> list[tuple[Place, Point]]:
    """Return the places of a ring's boxes, clockwise: top, down the right column, the foot if even, up the left one."""
    rows = [RING_TOP + RING_PITCH * (i + 1) for i in range((count - 1) // 2)]
    left, right = RING_BOX / 2 + 2, RING - RING_BOX / 2 - 2
    found: list[tuple[Place, Point]] = [("top", (RING / 2, RING_TOP)), *(("right", (right, y)) for y in rows)]
    if count % 2 == 0:
        found.append(("foot", (RING / 2, RING_TOP + RING_PITCH * (len(rows) + 1) + (14 if count == 2 else 0))))
    return found + [("left", (left, y)) for y in reversed(rows)]


def _fitted(node: Node) -> float:
    """Return how wide a node's box in a ring is: no wider than its text, so that links begin and end at it."""
    return min(RING_BOX, max(_letters(line) for line in wrap(node.name, RING_BOX - 12)) * LETTER + 16)


def _turn(here: tuple[Place, Point], size: Point, after: tuple[Place, Point], next_size: Point, sign: Sign) -> str:
    """Return the link from one place of a ring to the next; sizes are half the boxes' widths and heights."""
    (place, (ax, ay)), (target, (bx, by)) = here, after
    (half, high), (next_half, next_high) = size, next_size
    if place == target == "top":
        end = ay + high
        path = f"M{ax + half:.1f},{ay:.1f}C{ax + half + 60:.1f},{ay + 70:.1f} {ax:.1f},{ay + 90:.1f} " \
               f"{ax:.1f},{end + 4:.1f}"
        return _arrow(path, sign, (ax + half - 4, ay + 44), (ax, end), (0, -1))
    if {place, target} == {"top", "foot"}:
        way = 1 if place == "top" else -1
        start, end, out = ax + way * half, ax + way * next_half, ax + way * (RING_BOX / 2 + 46)
        path = f"M{start:.1f},{ay:.1f}C{out:.1f},{ay:.1f} {out:.1f},{by:.1f} {end + 4 * way:.1f},{by:.1f}"
        at = ((start + end) / 8 + 0.75 * out, (ay + by) / 2)
        return _arrow(path, sign, at, (end, by), (-way, 0))
    if place == target:
        way = 1 if place == "right" else -1
        start, end = ay + way * high, by - way * next_high
        return _arrow(f"M{ax:.1f},{start:.1f}V{end - 4 * way:.1f}", sign, (ax, (start + end) / 2 - 3 * way), (bx, end),
                      (0, way))
    if (place, target) == ("right", "left"):
        start, end = ay + high, by + next_high
        low = max(start, end) + 32
        path = f"M{ax:.1f},{start:.1f}C{ax:.1f},{low:.1f} {bx:.1f},{low:.1f} {bx:.1f},{end + 4:.1f}"
        return _arrow(path, sign, ((ax + bx) / 2, (start + end) / 8 + 0.75 * low), (bx, end), (0, -1))
    if place in ("top", "foot"):
        way = 1 if place == "top" else -1
        start, end = ax + way * half, by - way * next_high
        path = f"M{start:.1f},{ay:.1f}Q{bx:.1f},{ay:.1f} {bx:.1f},{end - 4 * way:.1f}"
        return _arrow(path, sign, (bx - 4 * way, ay + (end - ay) * 0.36), (bx, end), (0, way))
    way = 1 if place == "right" else -1
    start, end = ay + way * high, bx + way * next_half
    path = f"M{ax:.1f},{start:.1f}Q{ax:.1f},{by:.1f} {end + 4 * way:.1f},{by:.1f}"
    return _arrow(path, sign, (ax - 4 * way, start + (by - start) * 0.64), (end, by), (-way, 0))
