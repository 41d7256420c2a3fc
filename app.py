"""Entry script of the policy page: ``gumsim app``, or ``streamlit run app.py -- --model FILE``."""

import sys

from simulator.ui.page import show_page

show_page(sys.argv[1:])
