"""Completion in bash, where a colon ends a word: ``recipe:be`` arrives in three. For zsh and fish, click is enough."""

from __future__ import annotations

from click.shell_completion import BashComplete, CompletionItem, add_completion_class


class ColonBash(BashComplete):
    """Click's completion for bash, with words that hold colons put together again."""

    before = ""
    """The beginning of the last word, up to its last colon, which bash keeps as it is."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before, and the one that is begun."""
        args, incomplete = super().get_completion_args()
        words, cut = [*args, incomplete], 0
        while ":" in words[1:]:
            at = words.index(":", 1)
            after = words[at + 1 : at + 2]
            cut = len(words[at - 1]) + 1 if at + len(after) == len(words) - 1 else cut
            words[at - 1 : at + 1 + len(after)] = [f"{words[at - 1]}:{''.join(after)}"]
        self.before = words[-1][:cut]
        return words[:-1], words[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """One line of the answer to the shell's script."""
        item.value = item.value.removeprefix(self.before)
        return super().format_completion(item)


add_completion_class(ColonBash, "bash")
