"""How the manual is built: `make docs`. Warnings are errors; nothing is fetched from elsewhere."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "gladi"
author = "gladi"
copyright = "gladi, Apache-2.0"
extensions = ["myst_parser", "gladi_reference"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_ext", "_build"]
nitpicky = True
templates_path = []

myst_heading_anchors = 4
myst_links_external_new_tab = False

html_theme = "furo"
html_title = "gladi"
html_show_sourcelink = False
html_copy_source = False
html_permalinks_icon = "#"
html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5394", "color-brand-content": "#0b5394"},
    "dark_css_variables": {"color-brand-primary": "#8ab8e8", "color-brand-content": "#8ab8e8"},
}
pygments_style = "friendly"
language = "en"
smartquotes = False  # a quote within a value is the one to type

linkcheck_timeout = 20
linkcheck_retries = 2
linkcheck_workers = 4
linkcheck_anchors = False  # pages elsewhere build theirs by script; ours are checked by the build itself
linkcheck_ignore = [r"https?://127\.0\.0\.1.*", r"https?://localhost.*", r"https://(uji\.)?example\.id.*"]
