"""SVG drawings as images: Streamlit strips SVG from HTML, and an image can be read out."""

from base64 import b64encode
from html import escape


def as_image(svg: str, alternative: str) -> str:
    """Return an HTML image of a self-contained SVG drawing, with its text alternative."""
    named = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    source = b64encode(named.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{source}" alt="{escape(alternative, quote=True)}">'
