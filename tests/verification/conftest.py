"""The small-model fixture of `tests/engine`, for the verification tests too."""

import importlib.util
from pathlib import Path

_path = Path(__file__).parents[1] / "engine" / "conftest.py"
_found = importlib.util.spec_from_file_location("engine_small_models", _path)
assert _found is not None
assert _found.loader is not None
_module = importlib.util.module_from_spec(_found)
_found.loader.exec_module(_module)

model = _module.model
