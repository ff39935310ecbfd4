"""Failures by what may be done about them: retry, or give up; each with a stable code and a Chinese sentence."""


class DubanError(Exception):
    """A failure with a stable `code`, a Chinese `message` for officials and the `field` it is about.

    Attributes:
        code: Stable English identifier, `noun.problem` (`task.not_found`).
        message: One Chinese sentence: what happened, to which id, and what to do.
        field: Dotted path of the input that is at fault, or an empty string.
    """

    default_code = "internal"

    def __init__(self, message: str, *, code: str = "", field: str = "", **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.field = field
        self.details = details


class Retryable(DubanError):  # noqa: N818 - the two roots are named for what the caller may do.
    """It may work later: the same call may be made again."""

    default_code = "unavailable"


class Permanent(DubanError):  # noqa: N818 - see above.
    """It will never work: the same call must not be made again."""

    default_code = "refused"


class Invalid(Permanent):
    """The input can't be understood; the message names the field, the value and the remedy."""

    default_code = "invalid"


class NotFound(Permanent):
    """There is nothing with this id."""

    default_code = "not_found"


class Conflict(Permanent):
    """The thing is in a state that doesn't allow this; the message names what it does allow."""

    default_code = "conflict"


class PreconditionFailed(Permanent):
    """The thing is not any more what the one who asks has seen (`If-Match`)."""

    default_code = "precondition.failed"


class Unauthorized(Permanent):
    """Nobody, or nobody we know, is asking."""

    default_code = "unauthorized"


class Forbidden(Permanent):
    """The one who asks may not do this."""

    default_code = "forbidden"


class TooLarge(Permanent):
    """The input is larger than the stated limit."""

    default_code = "too_large"


class Unavailable(Retryable):
    """Another service, the database or the bus does not answer."""

    default_code = "unavailable"


class TooMany(Retryable):
    """More was sent than is taken now; the detail `retry_after` says in how many seconds to try again."""

    default_code = "too_many"
