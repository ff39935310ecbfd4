"""A typed client of Duban's public API, generated from its OpenAPI document; it stands alone, so it may be copied.

    with Duban("https://duban.example", key="duban_…") as duban:
        page = duban.tasks.get_tasks(light="red", limit=50)

Invariant: it needs httpx and pydantic only. `calls.py` is written by hand, every other module by `make schemas`.
"""

from .calls import ApiError, Calls, Json, JsonObject, Model
from .client import Duban

__all__ = ["ApiError", "Calls", "Duban", "Json", "JsonObject", "Model"]
