"""Words for tests of returns that are about something else: none."""

from services.gateway.returns.domain_texts import Wanted


class NoTexts:
    """Knows no words."""

    async def text_of(self, wanted: Wanted, *, redacted: bool) -> str:  # noqa: ARG002 - the port's.
        """Give nothing."""
        return ""
