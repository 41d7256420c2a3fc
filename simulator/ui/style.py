"""The page's look beyond Streamlit's theme: one type scale, the top line, headline cards, small multiples, phone."""

CSS = """
<style>
.stMainBlockContainer { padding: 1.1rem 1.6rem 3rem; max-width: 1680px; }
header[data-testid="stHeader"] { background: transparent; height: 2.2rem; }
.st-key-levers { border-right: 1px solid var(--gs-line); padding-right: 1rem; }
:root { --gs-line: rgba(128, 138, 152, .30); --gs-good: #00664B; --gs-bad: #A84300; --gs-note: #1D5C8A; }
.gs-dark { --gs-good: #4FD6A9; --gs-bad: #FF9C5B; --gs-note: #8CC7EE; }
.gs-brand { line-height: 1.25; }
.gs-brand h1 { font-size: 1.35rem; font-weight: 650; margin: 0; padding: 0; letter-spacing: -.01em; }
.gs-brand p { font-size: .87rem; margin: .1rem 0 0; opacity: .78; }
.gs-cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.6rem, 1fr)); gap: .6rem; }
.gs-card { border: 1px solid var(--gs-line); border-radius: 8px; padding: .5rem .7rem .55rem; min-width: 0; }
.gs-card dt { font-size: .8rem; line-height: 1.25; min-height: 2.5em; opacity: .82; }
.gs-card dd { margin: 0; }
.gs-value { font-size: 1.5rem; font-weight: 600; line-height: 1.15; font-variant-numeric: tabular-nums; }
.gs-value small { font-size: .8rem; font-weight: 400; opacity: .8; margin-left: .15rem; }
.gs-change { font-size: .8rem; font-variant-numeric: tabular-nums; margin-top: .1rem; }
.gs-better { color: var(--gs-good); font-weight: 600; }
.gs-worse { color: var(--gs-bad); font-weight: 600; }
.gs-changed { color: var(--gs-note); font-weight: 600; }
.gs-same { opacity: .75; }
.gs-strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .5rem .9rem; }
.gs-spark h4 { font-size: .8rem; font-weight: 500; margin: 0; line-height: 1.25; padding: 0; }
.gs-spark svg { width: 100%; height: 46px; display: block; }
.gs-spark p { font-size: .75rem; opacity: .75; margin: 0; font-variant-numeric: tabular-nums; }
.gs-path svg { width: 100%; height: 52px; }
.gs-key { font-size: .8rem; opacity: .8; margin: .2rem 0 .4rem; }
.gs-words { display: grid; grid-template-columns: auto auto; gap: 0 1rem; font-size: .87rem; width: max-content; }
.gs-equation { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .87rem; }
.st-key-levers .stSlider, .st-key-levers .stSelectSlider { margin-bottom: -.35rem; }
.st-key-levers [class*="st-key-row_"] { gap: .25rem; }
.st-key-levers [data-testid="stPopoverButton"] { padding: .1rem .3rem; min-height: 1.75rem; border: 0; }
.st-key-view label, .st-key-language label { font-size: .87rem; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding: .7rem .8rem 3rem; }
  .st-key-levers { border-right: 0; padding-right: 0; }
  .gs-cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .4rem; }
  .gs-card dt { min-height: 0; }
  .gs-value { font-size: 1.2rem; }
  .gs-strip { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  [data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"] .st-key-levers) { flex-direction: column-reverse; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important; } }
</style>
"""
