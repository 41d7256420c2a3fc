"""The claims of the sources as experiments: data in ``models/gum.claims.yaml``, one small interpreter, one report."""

from simulator.studies.claims.data import Claim, ClaimFile, claims_path, load_claims
from simulator.studies.claims.report import as_data, markdown
from simulator.studies.claims.study import ClaimResult, Study, check_names, study

__all__ = [
    "Claim", "ClaimFile", "ClaimResult", "Study", "as_data", "check_names", "claims_path", "load_claims", "markdown",
    "study",
]
