"""The policy page: widgets arranged around one scenario object. The only code that imports streamlit."""
