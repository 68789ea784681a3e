"""These files are given to type checkers and run by `test_typing.py`; they hold no tests."""

collect_ignore_glob = ["*.py"]
