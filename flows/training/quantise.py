"""Smaller and faster graphs that give the same result for a row whatever else is in its batch.

Products with constant matrices are taken in 8-bit integers: each row is scaled by its own largest
value and each column of the matrix by its own, so that no row changes another (the usual dynamic
quantisation scales by the largest value of the whole batch). Tables of embeddings are kept in 8-bit
integers with a scale a row.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import onnx
from onnx import helper, numpy_helper

_FEWEST_ROWS: Final = 256
"""Of a matrix that is worth it."""
_TABLE: Final = 100_000
"""Values of a table that is worth it."""
_MOST: Final = 127
_ZERO: Final = 128
_TINY: Final = 1e-9
_FUSED: Final = "com.microsoft"


class Rewriting:
    """A graph with nodes and constants being replaced."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = model
        self.constants = {each.name: each for each in model.graph.initializer}
        self.nodes: list[Any] = []
        self._scaled: dict[str, str] = {}
        for name, value in _SHARED.items():
            self.add(name, value)

    def add(self, name: str, value: Any) -> str:
        """A constant."""
        self.constants[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def node(self, kind: str, inputs: list[str], output: str, **more: Any) -> str:
        """A node with one output."""
        self.nodes.append(helper.make_node(kind, inputs, [output], **more))
        return output

    def close(self) -> None:
        """Put nodes and constants into the graph; constants that nobody reads any more go."""
        graph = self.model.graph
        read = {name for each in self.nodes for name in each.input}
        del graph.node[:]
        graph.node.extend(self.nodes)
        del graph.initializer[:]
        graph.initializer.extend(each for name, each in self.constants.items() if name in read)
        if all(each.domain != _FUSED for each in self.model.opset_import):
            self.model.opset_import.append(helper.make_opsetid(_FUSED, 1))

    def rows(self, name: str, width: int) -> str:
        """The prefix of the values of `name` as 8-bit rows, their scales, and its outer shape."""
        prefix = self._scaled.get(name)
        if prefix is not None:
            return prefix
        prefix = self._scaled[name] = f"{name}_rows"
        flat = self.node("Reshape", [name, self.add(f"{prefix}_to", [-1, width])], f"{prefix}_flat")
        size = self.node("Abs", [flat], f"{prefix}_size")
        most = self.node("ReduceMax", [size], f"{prefix}_most", axes=[1], keepdims=0)
        some = self.node("Max", [most, "q_tiny"], f"{prefix}_some")
        scale = self.node("Div", [some, "q_most"], f"{prefix}_scale")
        count = self.node("Shape", [scale], f"{prefix}_count")
        zero = numpy_helper.from_array(np.array([_ZERO], np.uint8))
        zeros = self.node("ConstantOfShape", [count], f"{prefix}_zeros", value=zero)
        self.node("QuantizeLinear", [flat, scale, zeros], f"{prefix}_whole", axis=0)
        self.node("Unsqueeze", [scale, "q_last"], f"{prefix}_column")
        shape = self.node("Shape", [name], f"{prefix}_shape")
        self.node("Slice", [shape, "q_begin", "q_two"], f"{prefix}_outer")
        return prefix


_SHARED: Final[dict[str, Any]] = {
    "q_most": np.float32(_MOST),
    "q_tiny": np.float32(_TINY),
    "q_one": np.float32(1),
    "q_last": np.array([-1], np.int64),
    "q_begin": np.array([0], np.int64),
    "q_two": np.array([2], np.int64),
    "q_zero": np.uint8(_ZERO),
}


def quantise(model: onnx.ModelProto) -> None:
    """Rewrite `model` in place: products with large constant matrices, and large tables."""
    graph = Rewriting(model)
    for node in model.graph.node:
        weights = _weights(graph, node)
        if node.op_type == "MatMul" and weights is not None and len(weights) >= _FEWEST_ROWS:
            _product(graph, node, weights)
        elif node.op_type == "Gather" and (table := _table(graph, node)) is not None:
            _look_up(graph, node, table)
        else:
            graph.nodes.append(node)
    graph.close()


def _weights(graph: Rewriting, node: Any) -> Any:
    if len(node.input) < 2 or node.input[1] not in graph.constants:
        return None
    value = numpy_helper.to_array(graph.constants[node.input[1]])
    return value if value.ndim == 2 and value.dtype == np.float32 else None


def _table(graph: Rewriting, node: Any) -> Any:
    if node.input[0] not in graph.constants:
        return None
    value = numpy_helper.to_array(graph.constants[node.input[0]])
    return value if value.ndim == 2 and value.size >= _TABLE else None


def _product(graph: Rewriting, node: Any, weights: Any) -> None:
    name, out = node.input[1], node.output[0]
    prefix = graph.rows(node.input[0], weights.shape[0])
    scale = np.abs(weights).max(0) / _MOST
    whole = np.clip(np.round(weights / scale), -_MOST, _MOST).astype(np.int8)
    product = graph.node(
        "MatMulIntegerToFloat",
        [
            f"{prefix}_whole",
            graph.add(f"{name}_whole", whole),
            "q_one",
            graph.add(f"{name}_scale", scale.astype(np.float32)),
            "q_zero",
        ],
        f"{out}_product",
        domain=_FUSED,
    )
    scaled = graph.node("Mul", [product, f"{prefix}_column"], f"{out}_scaled")
    width = graph.add(f"{name}_width", np.array([weights.shape[1]], np.int64))
    shape = graph.node("Concat", [f"{prefix}_outer", width], f"{out}_shape", axis=0)
    graph.node("Reshape", [scaled, shape], out)


def _look_up(graph: Rewriting, node: Any, table: Any) -> None:
    name, out = node.input[0], node.output[0]
    scale = np.maximum(np.abs(table).max(1, keepdims=True), _TINY) / _MOST
    whole = np.round(table / scale).astype(np.int8)
    found = graph.node("Gather", [graph.add(f"{name}_whole", whole), node.input[1]], f"{out}_whole")
    real = graph.node("Cast", [found], f"{out}_real", to=onnx.TensorProto.FLOAT)
    scales = graph.add(f"{name}_scale", scale.astype(np.float32))
    graph.node("Mul", [real, graph.node("Gather", [scales, node.input[1]], f"{out}_scale")], out)
