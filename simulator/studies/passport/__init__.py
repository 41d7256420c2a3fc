"""The model passport: every test the field asks for, run on the model, with numbers also where they are unfavourable.

Rows after Rahmandad & Sterman 2012, Barlas 1996, Sterman 2000 ch. 21 and SDM-Doc (Martinez-Moyano 2012).
"""

from simulator.studies.passport.report import as_data, markdown
from simulator.studies.passport.rows import Context, Row, Table
from simulator.studies.passport.study import CHECKS, Passport, passport

__all__ = ["CHECKS", "Context", "Passport", "Row", "Table", "as_data", "markdown", "passport"]
