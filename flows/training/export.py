"""A trained net as the files that the pipeline runs: two ONNX graphs and what decodes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import onnx
import torch
from torch import Tensor, nn

from flows.training.calibration import UNCALIBRATED, write_told
from flows.training.quantise import quantise

if TYPE_CHECKING:
    from flows.training.batches import Batch
    from flows.training.crf import Crf
    from flows.training.net import Roles, Tagger
    from flows.training.vocabulary import Vocabulary

OPSET: Final = 17


class _Words(nn.Module):
    """Of every word: cue emissions, and the projections that the roles of all cues share."""

    def __init__(self, net: Tagger) -> None:
        super().__init__()
        self.encoder, self.cues = net.encoder, net.cues
        self.word, self.cue = net.roles.word, net.roles.cue

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        states = self.encoder(*inputs)
        return self.cues(states), self.word(states), self.cue(states)


class _Roles(nn.Module):
    """Role emissions of cues, each given by its row in the batch, its start and its end."""

    def __init__(self, roles: Roles) -> None:
        super().__init__()
        self.roles = roles

    def forward(self, *inputs: Tensor) -> Tensor:
        words, cues, lengths, rows, starts, ends = inputs
        return self.roles.of(words[rows], cues[rows], starts, ends, lengths[rows])


def export(net: Tagger, batch: Batch, name: str, words: Vocabulary, folder: Path) -> None:
    """Write the tagger `name` into `folder`; `batch` is traced with.

    words.onnx and roles.onnx are the net, tagger.json its random fields and its version, which
    is made from the content of the files, vocabulary.txt what it knows by name.
    """
    net.eval()
    folder.mkdir(parents=True, exist_ok=True)
    inputs = batch.inputs
    with torch.no_grad():
        cues, of_words, of_cues = _Words(net)(*inputs.values())
    outputs = {"emissions": cues, "words": of_words, "cues": of_cues}
    _write(_Words(net), inputs, list(outputs), folder / "words.onnx")
    rows = torch.zeros(3, dtype=torch.long)
    given = {
        "words": of_words,
        "cues": of_cues,
        "lengths": batch.lengths,
        "rows": rows,
        "starts": rows,
        "ends": rows + 1,
    }
    _write(_Roles(net.roles), given, ["emissions"], folder / "roles.onnx")
    (folder / "vocabulary.txt").write_text(words.as_text(), "utf-8")
    told = {
        "name": name,
        "features": words.kind,
        "cues": _scores(net.cue_crf),
        "roles": _scores(net.role_crf),
        "calibration": UNCALIBRATED,
    }
    write_told(folder, told)


def _write(net: nn.Module, inputs: dict[str, Tensor], outputs: list[str], path: Path) -> None:
    free = {name: dict(enumerate(_axes(name, each))) for name, each in inputs.items()}
    free |= {name: {0: f"{name}_n", 1: f"{name}_t"} for name in outputs}
    torch.onnx.export(
        net,
        tuple(inputs.values()),
        str(path),
        input_names=list(inputs),
        output_names=outputs,
        dynamic_axes=free,
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(path)
    quantise(model)
    onnx.save(model, path)


def _axes(name: str, each: Tensor) -> list[str]:
    """Names of the axes that vary: the first two at most, the features of a word stay."""
    return [f"{name}_{axis}" for axis in range(min(each.dim(), 2))]


def _scores(field: Crf) -> dict[str, Any]:
    step, first, last = (each.detach().numpy().round(5).tolist() for each in field.scores())
    return {"step": step, "first": first, "last": last}
