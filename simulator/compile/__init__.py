"""ModelSpec -> generated functions: expansion of delays, ordering, two flavours of source from one tree."""

from simulator.compile.program import Generated, Program, compile_model
from simulator.compile.structure import Classification, causes, classify, uses

__all__ = ["Classification", "Generated", "Program", "causes", "classify", "compile_model", "uses"]
