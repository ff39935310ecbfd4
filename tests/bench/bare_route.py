"""The baseline of `ratings.single`: a FastAPI app whose one route does one XADD; `python -m … PORT REDIS_URL`."""

import sys

import uvicorn
from fastapi import FastAPI, Request
from redis.asyncio import Redis


def build(redis_url: str) -> FastAPI:
    """Build the app."""
    app, redis = FastAPI(), Redis.from_url(redis_url)

    @app.post("/ratings", status_code=201)
    async def post_rating(request: Request) -> dict[str, str]:
        entry = await redis.xadd("bare", {"__data__": await request.body()})
        return {"id": str(entry)}

    @app.get("/readyz")
    async def ready() -> dict[str, bool]:
        return {"ready": True}

    return app


if __name__ == "__main__":
    uvicorn.run(build(sys.argv[2]), port=int(sys.argv[1]), access_log=False, log_level="error")
