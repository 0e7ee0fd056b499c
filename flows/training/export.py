"""A trained net as the files that the pipeline runs: two ONNX graphs and what decodes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from flows.training.crf import Crf
from flows.training.net import Tagger

OPSET = 17


class _Words(nn.Module):
    def __init__(self, net: Tagger) -> None:
        super().__init__()
        self.encoder, self.cues = net.encoder, net.cues

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        states = self.encoder(*inputs)
        return states, self.cues(states)


def export(net: Tagger, inputs: dict[str, Tensor], told: dict[str, Any], folder: Path) -> None:
    """Write words.onnx, roles.onnx and tagger.json; `inputs` is a batch to trace with."""
    net.eval()
    folder.mkdir(parents=True, exist_ok=True)
    axes = {
        name: {axis: f"{name}{axis}" for axis in range(min(each.dim(), 2))}
        for name, each in inputs.items()
    }
    named: dict[str, Any] = {"opset_version": OPSET, "dynamo": False}
    torch.onnx.export(
        _Words(net),
        tuple(inputs.values()),
        str(folder / "words.onnx"),
        input_names=list(inputs),
        output_names=["states", "cues"],
        dynamic_axes={**axes, "states": {0: "n", 1: "t"}, "cues": {0: "n", 1: "t"}},
        **named,
    )
    states = net.encoder(*inputs.values())
    count = states.shape[0]
    starts = torch.zeros(count, dtype=torch.long)
    given = {"states": states, "starts": starts, "ends": starts + 1, "lengths": inputs["lengths"]}
    torch.onnx.export(
        net.roles,
        tuple(given.values()),
        str(folder / "roles.onnx"),
        input_names=list(given),
        output_names=["roles"],
        dynamic_axes={
            "states": {0: "c", 1: "t"},
            "starts": {0: "c"},
            "ends": {0: "c"},
            "lengths": {0: "c"},
            "roles": {0: "c", 1: "t"},
        },
        **named,
    )
    told = {**told, "cues": _scores(net.cue_crf), "roles": _scores(net.role_crf)}
    (folder / "tagger.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def _scores(field: Crf) -> dict[str, Any]:
    step, first, last = (each.detach().numpy().round(5).tolist() for each in field.scores())
    return {"step": step, "first": first, "last": last}
