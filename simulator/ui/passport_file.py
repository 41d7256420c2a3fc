"""The committed passport of a model, read from the file beside it: what was tested and how it came out."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.errors import InputError
from simulator.files import read_bytes
from simulator.runner import Model

MAX_BYTES = 4_000_000


class _Data(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, str_max_length=4000)


class CheckTable(_Data):
    """A small table: column titles and rows of texts; the Chinese ones are empty where they are missing or the same.

    `labels` holds the English words for keys that stand in cells; files made without them show the keys.
    """

    columns: tuple[str, ...] = Field(max_length=40)
    rows: tuple[tuple[str, ...], ...] = Field(max_length=5000)
    columns_zh: tuple[str, ...] = Field(default=(), max_length=40)
    rows_zh: tuple[tuple[str, ...], ...] = Field(default=(), max_length=5000)
    labels: dict[str, str] = Field(default_factory=dict, max_length=5000)

    def in_language(self, language: str) -> "CheckTable":
        """Return the table with its texts in 'en' or 'zh', in English where there are no others; labels put in."""
        rows = tuple(tuple(self.labels.get(cell, cell) for cell in row) for row in self.rows)
        if language != "zh":
            return CheckTable(columns=self.columns, rows=rows)
        return CheckTable(columns=self.columns_zh or self.columns, rows=self.rows_zh or rows)


class CheckTexts(_Data):
    """The words of one test."""

    title: str
    rule: str
    summary: str
    notes: tuple[str, ...] = ()


class CheckRow(CheckTexts):
    """One test; `passed` None where it only reports; `zh` its words in Chinese, None in files made without them."""

    key: str
    passed: bool | None
    tables: tuple[CheckTable, ...] = ()
    zh: CheckTexts | None = None

    def texts(self, language: str) -> CheckTexts:
        """Return the words in 'en' or 'zh', in English where there are no others."""
        return self.zh if language == "zh" and self.zh is not None else self


class PassportFile(_Data):
    """What ``gumsim validate --json`` writes."""

    model: str
    sha256: str
    quick: bool
    rows: tuple[CheckRow, ...] = Field(max_length=200)
    limits: tuple[str, ...] = ()
    limits_zh: tuple[str, ...] = ()


def passport_path(model: Model) -> Path:
    """Return where a model's passport belongs: ``NAME.passport.json`` beside its file, so that a wheel carries it."""
    return model.path.with_name(f"{model.path.stem}.passport.json")


def read_passport(path: Path) -> PassportFile | None:
    """Return the passport in `path`, None if there is no such file. Raises `InputError` if it cannot be used."""
    if not path.is_file():
        return None
    try:
        return PassportFile.model_validate_json(read_bytes(path, max_bytes=MAX_BYTES))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        raise InputError(f"{path.name}: {where}: {first['msg']}; make it again with gumsim validate --json") from None
