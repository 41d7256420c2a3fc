"""ModelSpec -> generated functions: expansion of delays, ordering, two flavours of source from one tree."""

from simulator.compile.program import Generated, Program, compile_model

__all__ = ["Generated", "Program", "compile_model"]
