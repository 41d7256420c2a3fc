"""YAML file -> checked data class; pydantic's findings become one line with file, line, key and what is allowed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from simulator.data_files.origin import Origin
from simulator.data_files.yaml_text import KeyPath, YamlDocument, parse_yaml
from simulator.errors import InputError, did_you_mean
from simulator.files import read_text

Data = TypeVar("Data", bound=BaseModel)


def load_data(path: Path, kind: type[Data], *, name: str = "") -> tuple[Data, Origin]:
    """Read a YAML file as a `kind`; `name` stands for the file in messages (default: the path).

    Raises `InputError` beginning ``file:line: key:`` for the first problem in the file, with the number of others.
    """
    document = parse_yaml(read_text(path), name or str(path))
    return parse_data(document, kind), Origin(document.name, document.lines)


def parse_data(document: YamlDocument, kind: type[Data]) -> Data:
    """Return the document's data as a `kind`. Raises `InputError` as `load_data` does."""
    if not isinstance(document.data, dict):
        raise InputError(f"{document.name}:1: must hold keys and values, such as 'name: ...'")
    try:
        return kind.model_validate(document.data)
    except ValidationError as error:
        raise InputError(explain(error, kind, document)) from None


def explain(error: ValidationError, kind: type[BaseModel], document: YamlDocument) -> str:
    """Return one line for the first problem (in file order) and the number of the others."""
    problems = error.errors(include_url=False)
    located = [(*_locate(tuple(problem["loc"]), document), problem) for problem in problems]
    line, path, problem = min(located, key=lambda found: found[0])
    others = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    dotted = ".".join(str(part) for part in path)
    key = f"{dotted}: " if dotted else ""
    return f"{document.name}:{line}: {key}{sentence(problem, kind)}{others}"


def _locate(location: tuple[str | int, ...], document: YamlDocument) -> tuple[int, tuple[Any, ...]]:
    """Return line and key path of pydantic's location, leaving out the parts that name union members."""
    path: KeyPath = ()
    for part in location:
        if (*path, part) in document.lines:
            path = (*path, part)
    return document.lines.get(path, 1), path


def sentence(problem: Mapping[str, Any], kind: type[BaseModel]) -> str:
    """Return what is wrong and what is allowed, in words, for one of pydantic's findings about a `kind`."""
    location = tuple(problem["loc"])
    what = problem["type"]
    given = problem.get("input")
    context = problem.get("ctx", {})
    if what == "missing":
        return f"key '{location[-1]}' is missing"
    if what == "extra_forbidden":
        return f"unknown key{did_you_mean(str(location[-1]), _allowed(kind, location[:-1]))}"
    if what == "literal_error":
        return f"{_shown(given)} is not allowed; allowed: {context['expected']}"
    if what == "value_error":
        return str(context.get("error", problem["msg"]))
    message = str(problem["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")
    if what in ("dict_type", "model_type", "model_attributes_type"):
        message = "a block of keys and values"
    return f"must be {message}, not {_shown(given)}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a block of keys"
    if isinstance(value, list | tuple):
        return "a list"
    text = repr(value) if isinstance(value, str) else {None: "nothing", True: "true", False: "false"}.get(value, value)
    text = str(text)
    return text if len(text) <= 60 else text[:57] + "..."


def _allowed(annotation: Any, location: tuple[Any, ...]) -> set[str]:
    """Return the field names of the data class that pydantic's `location` leads to from `annotation`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = {name: field for name, field in annotation.model_fields.items() if not field.exclude}
        if not location:
            return set(fields)
        if location[0] in fields:
            return _allowed(fields[location[0]].annotation, location[1:])
        return _allowed(annotation, location[1:])
    found: set[str] = set()
    for member, rest in _members(annotation, location):
        found |= _allowed(member, rest)
    return found


def _members(annotation: Any, location: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        yield arguments[0], location
    elif origin in (Union, UnionType):
        yield from ((member, location) for member in arguments)
    elif origin is dict and location:
        yield arguments[1], location[1:]
    elif origin in (tuple, list) and location:
        yield arguments[0], location[1:]
