"""The page's look beyond Streamlit's theme: one type scale, the top line, headline cards, small multiples, phone."""

SHADES = 5
"""Strongest shade of a map's cells: the classes ``gs-h0`` to ``gs-h5``."""

CSS = """
<style>
.stMainBlockContainer { padding: 1.1rem 1.6rem 3rem; max-width: 1680px; }
header[data-testid="stHeader"] { background: transparent; height: 2.2rem; pointer-events: none; }
header[data-testid="stHeader"] [data-testid="stToolbar"] { pointer-events: none; }
header[data-testid="stHeader"] button { pointer-events: auto; }
.st-key-levers { border-right: 1px solid var(--gs-line); padding-right: 1rem; }
:root { --gs-line: rgba(128, 138, 152, .30); }
.gs-brand { line-height: 1.25; }
.gs-brand h1 { font-size: 1.35rem; font-weight: 650; margin: 0; padding: 0; letter-spacing: -.01em; }
.gs-brand p { font-size: .87rem; margin: .1rem 0 0; opacity: .78; }
.gs-cards { margin: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(8.6rem, 1fr)); gap: .6rem; }
.gs-card { border: 1px solid var(--gs-line); border-radius: 8px; padding: .5rem .7rem .55rem; min-width: 0;
  display: flex; flex-direction: column; }
.gs-card .gs-value { margin-top: auto; padding-top: .2rem; }
.gs-card h4 { font-weight: 450; margin: 0; padding: 0; font-size: .8rem; line-height: 1.25; }
.gs-card p { margin: 0; }
.gs-value { font-size: 1.5rem; font-weight: 600; line-height: 1.15; font-variant-numeric: tabular-nums; }
.gs-value small { font-size: .8rem; font-weight: 400; opacity: .8; margin-left: .15rem; }
.gs-change { font-size: .8rem; font-variant-numeric: tabular-nums; margin-top: .1rem; }
.gs-better { color: color-mix(in srgb, #009E73 62%, currentColor); font-weight: 600; }
.gs-worse { color: color-mix(in srgb, #D55E00 62%, currentColor); font-weight: 600; }
.gs-changed { color: color-mix(in srgb, #0072B2 62%, currentColor); font-weight: 600; }
.gs-same { opacity: .75; }
.gs-strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .5rem .9rem; }
.gs-spark { display: flex; flex-direction: column; justify-content: flex-end; }
.gs-spark h4 { font-size: .8rem; font-weight: 500; margin: 0; line-height: 1.25; padding: 0; }
.gs-spark img { width: 100%; height: 46px; display: block; }
.gs-spark p { font-size: .75rem; opacity: .75; margin: 0; font-variant-numeric: tabular-nums; }
.gs-strip { transition: opacity .12s; }
.gs-previewing .gs-strip { opacity: .4; }
.gs-previewing .gs-change { visibility: hidden; }
.st-key-preview { display: none; }
.gs-path img { width: 100%; height: 52px; }
.gs-key { font-size: .8rem; opacity: .8; margin: .2rem 0 .4rem; }
.gs-words { display: grid; grid-template-columns: auto auto; gap: 0 1rem; font-size: .87rem; width: max-content; }
.gs-equation { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .87rem; }
.st-key-levers .stSlider, .st-key-levers .stSelectSlider { margin-bottom: -.35rem; }
.st-key-levers [class*="st-key-row_"] { gap: .25rem; }
.st-key-levers [data-testid="stPopoverButton"] { padding: .1rem .3rem; min-height: 1.75rem; border: 0; }
.st-key-levers [data-testid="stPopoverButton"] > div > div[aria-hidden] { display: none; }
.st-key-levers > [data-testid="stVerticalBlock"], .st-key-levers { gap: .35rem; }
.st-key-topline { padding-right: 2.2rem; }
[data-testid="stHeading"] [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
.st-key-levers [data-testid="stSliderTickBar"] { display: none; }
.st-key-levers [data-testid="stExpanderDetails"] { padding: .45rem .7rem .6rem; }
.st-key-levers [data-testid="stExpanderDetails"] [data-testid="stVerticalBlock"] { gap: .3rem; }
.st-key-levers [data-testid="stExpander"] summary { padding: .35rem .7rem; min-height: 2.3rem; }
.st-key-levers [data-testid="stCaptionContainer"] p { font-size: .82rem; line-height: 1.35; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: inherit; opacity: .9; }
[data-testid="stHeading"] h3 { font-size: 1.02rem; font-weight: 620; padding: .15rem 0 .1rem; }
.st-key-view label, .st-key-language label { font-size: .87rem; }
.st-key-equation { overflow-x: auto; overflow-y: hidden; padding: .4rem 0 .5rem; }
.st-key-equation .katex { font-size: .98em; white-space: normal; line-height: 2.1; }
[class*="st-key-multiples_"] .gs-spark p { font-size: .78rem; min-height: 2.2em; }
[class*="st-key-multiples_"] button { text-align: left; justify-content: flex-start; padding: 0; min-height: 1.75rem; }
[class*="st-key-multiples_"] button p { font-size: .84rem; white-space: normal; }
.gs-tests { max-width: 34rem; }
.gs-wide { overflow-x: auto; }
button[kind="primary"] :is(p, span) { color: #fff; color: light-dark(#fff, #0B1016); }
.gs-heat { border-collapse: separate; border-spacing: 3px; font-size: .87rem; font-variant-numeric: tabular-nums; }
.gs-heat caption { text-align: left; font-weight: 600; padding: .2rem 0 .4rem; }
.gs-heat th { font-weight: 500; padding: .3rem .6rem; text-align: right; white-space: nowrap; border: 0; }
.gs-heat td { padding: .55rem .7rem; text-align: right; white-space: nowrap; border: 0; border-radius: 5px; }
.gs-h-better, .gs-h-changed { --hue: #0072B2; }
.gs-h-worse { --hue: #D55E00; }
.gs-h0 { background: color-mix(in srgb, var(--hue) 4%, transparent); }
.gs-h1 { background: color-mix(in srgb, var(--hue) 12%, transparent); }
.gs-h2 { background: color-mix(in srgb, var(--hue) 20%, transparent); }
.gs-h3 { background: color-mix(in srgb, var(--hue) 28%, transparent); }
.gs-h4 { background: color-mix(in srgb, var(--hue) 37%, transparent); }
.gs-h5 { background: color-mix(in srgb, var(--hue) 46%, transparent); font-weight: 600; }
.gs-late { font-style: italic; }
[data-testid="stTable"] :is(th, td) { min-width: 3.4em; }
.st-key-tour { border: 1px solid var(--gs-line); border-left: 4px solid #E69F00; border-radius: 8px;
  padding: .3rem .7rem; }
.gs-tour { margin: 0; font-size: .92rem; }
@media (min-width: 641px) {
  [data-testid="stColumn"]:has(> * .st-key-results) { position: sticky; top: .6rem; align-self: flex-start; }
}
@media (max-width: 640px) {
  [data-testid="stLayoutWrapper"]:has(> .st-key-headline) {
    position: sticky; top: 0; z-index: 90; backdrop-filter: blur(16px);
    margin: 0 -.8rem; padding: .35rem 2.4rem .35rem .8rem;
  }
  .st-key-headline .gs-cards { display: flex; overflow-x: auto; scrollbar-width: none; }
  .st-key-headline .gs-card { flex: 0 0 auto; max-width: 9.5rem; padding: .3rem .5rem; }
  .st-key-headline .gs-card h4 { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .stMainBlockContainer { padding: .7rem .8rem 3rem; }
  .st-key-levers { border-right: 0; padding-right: 0; }
  .gs-cards { margin: 0; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .4rem; }
  .gs-brand p { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
  :is(.st-key-undo, .st-key-redo, .st-key-replay, .st-key-reset_menu, .st-key-share_menu) p { font-size: 0; }
  .gs-card h4 { min-height: 0; }
  .gs-value { font-size: 1.2rem; }
  .gs-heat { font-size: .8rem; border-spacing: 2px; }
  .gs-heat :is(th, td) { padding: .45rem .3rem; }
  .gs-strip { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  [data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"] .st-key-levers) { flex-direction: column-reverse; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important; } }
</style>
"""
