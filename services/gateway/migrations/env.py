"""Alembic's entry for the gateway service."""

from services.gateway.accounts import models as _accounts  # noqa: F401 - its tables are the gateway's too.
from services.gateway.archive import models as _archive  # noqa: F401 - as above.
from services.gateway.audit import models as _audit  # noqa: F401 - as above.
from services.gateway.idempotency import models as _idempotency  # noqa: F401 - its table is the gateway's too.
from services.gateway.models import Base
from services.gateway.publication import models as _publication  # noqa: F401 - as above.
from services.gateway.pulls import models as _pulls  # noqa: F401 - as above.
from services.gateway.returns import models as _returns  # noqa: F401 - as above.
from services.gateway.subscriptions import models as _subscriptions  # noqa: F401 - as above.
from services.gateway.vault import models as _vault  # noqa: F401 - as above.
from shared.migrations import run

run(Base.metadata)
