"""What the user changed in a file that the template has no more stays, as FILE.rej. After the merge.

0.3.0 took db/reasons.py away, which became a part of other files.
"""

from project import keep_edits_of_removed


def main() -> None:
    keep_edits_of_removed()


if __name__ == "__main__":
    main()
