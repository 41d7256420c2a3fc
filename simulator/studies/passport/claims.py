"""Reality checks: the claims of the sources, at the point and over draws of the uncertain assumptions."""

