"""The designer: a page on which a schedule is drawn with the mouse, as a file, in a notebook and in the documentation.

=========== =========================================================================
module      what is in it
=========== =========================================================================
link        the link that holds what is designed; `lrkit.from_link` reads it
page        the page as one file, and its script and style for other places
widget      `lrkit.designer`: the page in a notebook, with Python behind it
=========== =========================================================================
"""
