"""Child process of test_objects_faults.py: writers that a proxy kills in the middle of a commit.

    python s3_writer.py LAKE NUMBER...     a fork for each number publishes the document of it

Prints the process id of each fork, then how it ended; the parent has loaded what they need.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from newsroom import Document, publish

from flows.lake import Lake


def main(address: str, numbers: list[str]) -> None:
    """Publish one document after the other, each in a process of its own."""
    for number in numbers:
        child = os.fork()
        if child == 0:
            sys.stdin.readline()  # The proxy has to know whom to kill.
            publish(Lake.open(address), [Document(f"s{number}", "T.")])
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
