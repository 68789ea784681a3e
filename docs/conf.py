"""How the documentation is built; ``python docs/build.py`` does it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import plotly

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

import lrkit  # noqa: E402

PUBLIC = lrkit.__all__  # loads the package from the top, as a user does
import charts  # noqa: E402
import designer  # noqa: E402
import pictures  # noqa: E402
import scraper  # noqa: E402
from sections import ORDER  # noqa: E402

project, author, release = "lrkit", "the lrkit developers", lrkit.__version__
project_copyright = "the lrkit developers"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx-mathjax-offline",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "execute",
    "scraper",
    "names",
    "catalogue",
    "designer",
    "reference",
    "lint_pages",
    "coverage",
    "licences",
    "sections",
    "toggles",
]
exclude_patterns = ["_build", "**/GALLERY_HEADER.rst", "gallery_header.rst"]
nitpicky = True
default_role = "name"
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
python_use_unqualified_type_names = True
myst_enable_extensions = ["dollarmath", "attrs_block", "attrs_inline", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["config.cache"]

# The gallery's folder holds scripts and nothing else; sphinx-gallery wants a page in front of them.
SCRIPTS = HERE / "_build" / "scripts"
shutil.rmtree(SCRIPTS, ignore_errors=True)
shutil.copytree(HERE.parent / "gallery", SCRIPTS, ignore=shutil.ignore_patterns("__pycache__"))
shutil.copy(HERE / "gallery_header.rst", SCRIPTS / "GALLERY_HEADER.rst")
sphinx_gallery_conf = {
    "examples_dirs": [str(SCRIPTS)],
    "gallery_dirs": ["gallery"],
    "filename_pattern": r"plot_",
    "within_subsection_order": ORDER,
    "image_scrapers": [scraper.gallery_scraper],
    "capture_repr": ("_repr_html_",),
    "min_reported_time": 10**6,
    "show_memory": False,
    "remove_config_comments": True,
    "plot_gallery": True,
    "only_warn_on_example_error": False,
    "abort_on_example_error": False,
    "show_signature": False,
    "write_computation_times": False,
}
pictures.hear_of_pictures()
charts.give_plotly_a_local_script()

html_theme = "pydata_sphinx_theme"
html_title = "lrkit"
html_show_sourcelink = False
html_copy_source = False
STATIC = HERE / "_build" / "static"
STATIC.mkdir(parents=True, exist_ok=True)
shutil.copy(Path(plotly.__file__).parent / "package_data" / "plotly.min.js", STATIC)
designer.write(STATIC)
html_static_path = ["_static", str(STATIC)]
html_css_files = ["lrkit.css"]
SECTIONS = ("quickstart", "choose", "project", "design", "changelog", "*/*")
html_sidebars = {"index": [], "designer": [], "search": [], "genindex": []} | {
    page: ["sidebar-nav-bs"] for page in SECTIONS
}
templates_path = ["_templates"]
html_theme_options = {
    "show_prev_next": False,
    "navbar_align": "left",
    "header_links_before_dropdown": 9,
    "navbar_start": ["navbar-logo", "release"],
    "footer_start": ["release"],
    "footer_end": ["copyright"],
    "navigation_with_keys": False,
    "collapse_navigation": True,
    "secondary_sidebar_items": {"**": ["page-toc"], "index": [], "designer": []},
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "logo": {"text": "lrkit"},
    "navbar_persistent": ["search-button"],
}
html_context = {"default_mode": "auto"}
