"""``python -m simulator`` is ``gumsim``."""

import sys

from simulator.cli import main

sys.exit(main())
