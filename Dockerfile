# One image for the four services and `duban migrate`; each container gets its command from docker-compose.yml.
# IMAGE_PREFIX puts another registry before the base image; what pip reads is the base image's configuration.
ARG IMAGE_PREFIX=

FROM ${IMAGE_PREFIX}python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PYTHONDONTWRITEBYTECODE=1
WORKDIR /src
RUN python -m venv --without-pip /opt/duban
COPY deploy/requirements.txt deploy/requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m pip --python /opt/duban/bin/python install --compile --require-hashes -r deploy/requirements.txt
COPY pyproject.toml README.md ./
COPY shared shared
COPY services services
COPY deploy deploy
# setuptools builds the package and then has no business in the image.
RUN python -m pip --python /opt/duban/bin/python install --compile --no-deps --no-build-isolation . \
 && python -m pip --python /opt/duban/bin/python uninstall --yes setuptools

FROM ${IMAGE_PREFIX}python:3.13-slim
ENV PATH=/opt/duban/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONFAULTHANDLER=1 \
    DUBAN_HOST=0.0.0.0
RUN groupadd --gid 10001 duban \
 && useradd --uid 10001 --gid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin duban \
 && install -d -o duban -g duban /var/lib/duban
COPY --from=build /opt/duban /opt/duban
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000 9000
# Ready, not merely alive: `up --wait` then means that the bus and the database answer.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-ISc", "from urllib.request import urlopen; urlopen('http://127.0.0.1:9000/readyz', timeout=4)"]
CMD ["duban", "--help"]
