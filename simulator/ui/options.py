"""How the page's server is started: private, local, and in the page's own look."""

_FONT = "Source Sans, Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"

STREAMLIT_OPTIONS: tuple[str, ...] = (
    "--browser.gatherUsageStats=false",
    "--client.toolbarMode=viewer",
    "--client.showErrorDetails=none",
    "--client.showErrorLinks=false",
    "--server.fileWatcherType=none",
    "--server.maxUploadSize=2",
    "--theme.baseFontSize=15",
    "--theme.baseRadius=8px",
    f"--theme.font={_FONT}",
    f"--theme.headingFont={_FONT}",
    "--theme.light.primaryColor=#005A8F",
    "--theme.light.backgroundColor=#FFFFFF",
    "--theme.light.secondaryBackgroundColor=#F3F5F8",
    "--theme.light.textColor=#1B2430",
    "--theme.light.borderColor=#D5DAE1",
    "--theme.light.codeTextColor=#1B2430",
    "--theme.dark.codeTextColor=#E8EDF3",
    "--theme.dark.primaryColor=#5CB3E6",
    "--theme.dark.backgroundColor=#12171E",
    "--theme.dark.secondaryBackgroundColor=#1C232D",
    "--theme.dark.textColor=#E8EDF3",
    "--theme.dark.borderColor=#39434F",
)
"""Command-line options for ``streamlit run``, used by ``gumsim app`` and by the tests."""
