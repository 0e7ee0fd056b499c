"""`croissant.json`: the snapshot in Croissant 1.0 (https://docs.mlcommons.org/croissant).

Keys of other datasets are told as `foreignKeys` in datapackage.json alone: mlcroissant takes a
`references` for a join and fails to read the records, wherever the other side is a set of files.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from schemas.guides.listing import KEYWORDS, TITLE, about, declared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.contracts import Contract
    from schemas.guides.listing import File, Listed

CONFORMS: Final = "http://mlcommons.org/croissant/1.0"
PARQUET: Final = "application/x-parquet"
CONTEXT: Final[Mapping[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification gives; its own tool warns about any other."""


def croissant(snapshot: Listed) -> str:
    """Return the description: a set of files and a set of records for each dataset with rows."""
    present = [(each, files) for each, files in declared(snapshot) if files]
    description = {
        "@context": dict(CONTEXT),
        "@type": "sc:Dataset",
        "name": "broadsheet-snapshot",
        "alternateName": TITLE,
        "description": about(snapshot),
        "conformsTo": CONFORMS,
        "version": f"{snapshot.number}.0.0",
        "keywords": list(KEYWORDS),
        "distribution": [_files(each, files) for each, files in present],
        "recordSet": [_records(each) for each, _ in present],
    }
    return json.dumps(description, indent=1, ensure_ascii=False) + "\n"


def _files(each: Contract, files: Sequence[File]) -> dict[str, Any]:
    """The files of a dataset by a pattern: a list of thousands would help nobody."""
    count, size = len(files), sum(file.byte_count for file in files)
    return {
        "@type": "cr:FileSet",
        "@id": f"{each.name}-files",
        "name": f"{each.name}-files",
        "description": f"{count:,} Parquet files, {size:,} bytes; _snapshot.json has their hashes.",
        "encodingFormat": PARQUET,
        "includes": f"{each.name}/**/*.parquet" if each.partitions else f"{each.name}/*.parquet",
    }


def _records(each: Contract) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": each.name,
        "name": each.name,
        "description": each.description,
        "key": [{"@id": f"{each.name}/{column}"} for column in each.primary_key],
        # mlcroissant cannot read a list of objects; views.sql and README.md have those columns.
        "field": [_field(each, field) for field in each.arrow if not _of_objects(field.type)],
    }


def _field(each: Contract, field: pa.Field) -> dict[str, Any]:
    name = f"{each.name}/{field.name}"
    repeated = pa.types.is_list(field.type)
    kind = field.type.value_type if repeated else field.type
    source = {"fileSet": {"@id": f"{each.name}-files"}, "extract": {"column": field.name}}
    return {
        "@type": "cr:Field",
        "@id": name,
        "name": field.name,
        "description": field.metadata[b"description"].decode(),
        "dataType": _data_type(kind),
        **({"repeated": True} if repeated else {}),
        "source": source,
    }


def _of_objects(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) and pa.types.is_struct(kind.value_type))


def _data_type(kind: pa.DataType) -> str:
    """Type of schema.org.

    >>> _data_type(pa.int32()), _data_type(pa.timestamp("us", tz="UTC")), _data_type(pa.string())
    ('sc:Integer', 'sc:DateTime', 'sc:Text')
    """
    if pa.types.is_integer(kind):
        return "sc:Integer"
    if pa.types.is_floating(kind):
        return "sc:Float"
    if pa.types.is_timestamp(kind):
        return "sc:DateTime"
    return {pa.date32(): "sc:Date", pa.bool_(): "sc:Boolean"}.get(kind, "sc:Text")
