"""What an object store refused, in plain words: its code and the bucket, and no more.

Whatever else an error of the libraries says (addresses, headers, identities) stays out of it.
"""

from __future__ import annotations

import errno

from flows.errors import LakeUnusable, WrongUsage

ABSENT = {"NoSuchKey", "404", "NoSuchUpload"}
PRESENT = {"PreconditionFailed", "412"}
CONTENDED = {"ConditionalRequestConflict", "OperationAborted", "409"}
NO_BUCKET = {"NoSuchBucket", "InvalidBucketName"}
NO_RIGHT = {
    "403",
    "AccessDenied",
    "AllAccessDisabled",
    "AuthorizationHeaderMalformed",
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidToken",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
}
NO_CREDENTIALS = {
    "CredentialRetrievalError",
    "NoCredentialsError",
    "PartialCredentialsError",
    "ProfileNotFound",
    "TokenRetrievalError",
}
BROKEN_OFF = {"ClientPayloadError", "IncompleteRead", "ResponseStreamingError"}


class AddressRefused(WrongUsage):
    """The address of a lake is none, or holds what an address must not."""


class LakeKindMissing(WrongUsage):
    """The library for object stores is not installed."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"a lake at {address} needs the library s3fs, which is not installed",
            remedy='pip install "broadsheet[remote]", or name a folder',
        )


class StoreRefused(LakeUnusable):
    """The object store did not do what it was asked, after every retry."""

    def __init__(self, bucket: str, code: str, what: str, *, remedy: str) -> None:
        self.bucket = bucket
        self.code = code
        super().__init__(what, remedy=remedy)


class NoConditionalWrites(LakeUnusable):
    """Two writers of one lake could both publish the same snapshot, and one of them be lost."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"the object store of {address} ignores If-None-Match when an object is put, "
            "so that nothing can be committed safely",
            remedy="use a store that honours it (Amazon S3 does), or a lake in a folder",
        )


class Contended(OSError):
    """Somebody else was writing the same object at the same moment."""


def code_of(error: BaseException) -> str:
    """The store's own word for a failure; the name of the exception where it never answered."""
    for each in (error, error.__cause__):
        response = getattr(each, "response", None)
        if isinstance(response, dict):
            return str(response.get("Error", {}).get("Code") or "unknown")
    return type(error).__name__


def refused(error: BaseException, bucket: str) -> OSError | LakeUnusable:
    """What to raise for a failure of the libraries.

    FileNotFoundError, FileExistsError (a condition was not met), Contended, else StoreRefused.
    """
    code = code_of(error)
    if code in ABSENT:
        return FileNotFoundError(errno.ENOENT, "there is no such object")
    if code in PRESENT:
        return FileExistsError(errno.EEXIST, "there is such an object")
    if code in CONTENDED:
        return Contended(errno.EBUSY, "somebody else writes this object")
    return _in_words(code, bucket)


def _in_words(code: str, bucket: str) -> StoreRefused:
    if code in NO_BUCKET:
        what = f"there is no bucket {bucket}"
        remedy = "make it, or name another; AWS_ENDPOINT_URL says which store is asked"
    elif code in NO_RIGHT:
        what = f"the object store refuses access to the bucket {bucket} ({code})"
        remedy = "give the credentials in use the right to list, read, write and delete there"
    elif code in NO_CREDENTIALS:
        what = f"there are no credentials for the bucket {bucket} ({code})"
        remedy = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
    elif code[:1].isupper() and code.endswith(("Error", "Timeout")) and code != "InternalError":
        what = f"the object store of the bucket {bucket} does not answer ({code})"
        remedy = "see whether it is up and AWS_ENDPOINT_URL right, and run again; the lake is whole"
    else:
        what = f"the object store answers {code} for the bucket {bucket}"
        remedy = "look after the store and run again; the lake is whole"
    return StoreRefused(bucket, code, what, remedy=remedy)
