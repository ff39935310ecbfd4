"""Facts about `docker-compose.yml`, as Compose itself reads it; they step aside where Compose is not installed."""

import functools
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from deploy import env

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("tasks", "notify", "metrics", "gateway")
LASTING = (*SERVICES, "redis", "postgres", "prometheus", "alertmanager", "grafana")
ALL = (*LASTING, "migrate")
FACTS: dict[str, Any] = {"restart": "always", "read_only": True, "cap_drop": ["ALL"]}


def config(*, env_file: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    command = ["docker", "compose", "--env-file", str(env_file), "--project-directory", str(ROOT)]
    command += ["--profile", "*", "config", "--format", "json"]
    given = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **variables}
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


def with_secrets(folder: Path) -> Path:
    path = folder / "env"
    path.write_text(env.fill((ROOT / ".env.example").read_text("utf-8")), "utf-8")
    return path


@functools.cache
def compose() -> dict[str, Any]:
    """Give the file with random secrets in it, anchors and variables resolved."""
    try:
        subprocess.run(["docker", "compose", "version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("docker compose is not installed")
    with tempfile.TemporaryDirectory() as folder:
        done = config(env_file=with_secrets(Path(folder)))
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"][name]
    return found


def test_the_services_are_those_of_the_design() -> None:
    assert set(compose()["services"]) == set(ALL)


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_started_again_and_can_not_write_its_image_or_gain_rights(name: str) -> None:
    found = service(name)

    assert {fact: found[fact] for fact in FACTS} == FACTS
    assert found["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", ALL)
def test_nothing_runs_as_root_or_without_a_limit(name: str) -> None:
    found = service(name)

    assert found["user"] not in {"", "0", "root", "0:0"}
    assert int(found["mem_limit"]) > 0
    assert found["pids_limit"] > 0
    assert found["logging"]["options"] == {"max-file": "5", "max-size": "10m"}


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_has_a_health_check(name: str) -> None:
    health = service(name)["healthcheck"]

    own_image = name in SERVICES  # Theirs is in the Dockerfile; the file sets its rhythm.
    assert ("test" in health) is not own_image
    assert health["interval"]
    assert not health.get("disable")


def test_the_image_checks_that_a_service_is_ready() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")

    assert "HEALTHCHECK" in text
    assert "/readyz" in text


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_starts_after_the_migrations_and_its_stores(name: str) -> None:
    waits = {other: rule["condition"] for other, rule in service(name)["depends_on"].items()}

    assert waits == {
        "migrate": "service_completed_successfully",
        "postgres": "service_healthy",
        "redis": "service_healthy",
    }


def test_only_the_gateway_is_published_and_grafana_to_this_machine() -> None:
    published = {name: service(name)["ports"] for name in ALL if service(name).get("ports")}

    assert set(published) == {"gateway", "grafana"}
    assert [port["target"] for port in published["gateway"]] == [8000]
    assert [port["host_ip"] for port in published["grafana"]] == ["127.0.0.1"]


def test_the_data_network_leads_nowhere() -> None:
    on_the_edge = {name for name in ALL if "edge" in service(name)["networks"]}

    assert compose()["networks"]["data"]["internal"] is True
    assert on_the_edge == {"gateway", "grafana", "alertmanager"}
    assert all("data" in service(name)["networks"] for name in ALL)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_knows_its_own_database_and_redis_user_only(name: str) -> None:
    given = service(name)["environment"]

    assert [key for key in given if key.endswith("DATABASE_URL")] == [f"DUBAN_{name.upper()}_DATABASE_URL"]
    assert given["DUBAN_REDIS_URL"].startswith(f"redis://{name}:")
    assert not [key for key in given if key.endswith("PASSWORD")]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_on_the_real_clock(name: str) -> None:
    assert not [key for key in service(name)["environment"] if "CLOCK" in key]


@pytest.mark.parametrize(("name", "at"), [("redis", "/data"), ("postgres", "/var/lib/postgresql/data")])
def test_the_stores_keep_their_data_in_volumes(name: str, at: str) -> None:
    volumes = {mount["target"]: mount["type"] for mount in service(name)["volumes"]}

    assert volumes[at] == "volume"


def test_grafana_and_alertmanager_wait_for_their_profile() -> None:
    assert {name: service(name).get("profiles") for name in ALL if service(name).get("profiles")} == {
        "alertmanager": ["monitoring"],
        "grafana": ["monitoring"],
    }


@pytest.mark.parametrize(
    "secret", sorted(set(re.findall(r"(?m)^(\w+)=$", (ROOT / ".env.example").read_text())))
)
def test_a_missing_secret_stops_compose_and_says_what_to_run(secret: str, tmp_path: Path) -> None:
    compose()
    complete = with_secrets(tmp_path).read_text("utf-8")
    (tmp_path / "env").write_text(re.sub(rf"(?m)^{secret}=.*$", "", complete), "utf-8")

    done = config(env_file=tmp_path / "env")

    assert done.returncode != 0
    assert secret in done.stderr
    assert "run make env" in done.stderr


def test_a_prefix_stands_before_every_image(tmp_path: Path) -> None:
    compose()

    done = config(env_file=with_secrets(tmp_path), DUBAN_IMAGE_PREFIX="registry.example/duban/")

    services = json.loads(done.stdout)["services"]
    assert all(found["image"].startswith("registry.example/duban/") for found in services.values())
    assert services["migrate"]["build"]["args"] == {"IMAGE_PREFIX": "registry.example/duban/"}


def test_one_image_is_built_once_for_all_services() -> None:
    images = {service(name)["image"] for name in (*SERVICES, "migrate")}

    assert len(images) == 1
    assert [name for name in ALL if "build" in service(name)] == ["migrate"]


def test_with_channels_notify_alone_gets_their_file_and_a_way_out(tmp_path: Path) -> None:
    compose()
    (tmp_path / "channels.json").write_text("{}", "utf-8")
    files = {"COMPOSE_FILE": "docker-compose.yml:deploy/channels/compose.yml"}

    done = config(
        env_file=with_secrets(tmp_path), **files, DUBAN_CHANNELS_FILE=str(tmp_path / "channels.json")
    )

    services = json.loads(done.stdout)["services"]
    assert [name for name in ALL if "outside" in services[name]["networks"]] == ["notify"]
    assert services["notify"]["environment"]["DUBAN_CHANNELS_FILE"] == "/run/secrets/channels.json"
    assert [one["source"] for one in services["notify"]["secrets"]] == ["channels.json"]
    assert "secrets" not in service("notify")


def test_with_tls_the_gateway_alone_gets_the_certificate_and_its_key(tmp_path: Path) -> None:
    compose()
    for name in ("a.crt", "a.key"):
        (tmp_path / name).write_text("PEM", "utf-8")
    files = {"COMPOSE_FILE": "docker-compose.yml:deploy/tls/compose.yml"}
    named = {"DUBAN_CERTIFICATE": str(tmp_path / "a.crt"), "DUBAN_CERTIFICATE_KEY": str(tmp_path / "a.key")}

    done = config(env_file=with_secrets(tmp_path), **files, **named)

    services = json.loads(done.stdout)["services"]
    assert [name for name in ALL if services[name].get("secrets")] == ["gateway"]
    assert services["gateway"]["environment"]["DUBAN_CERTIFICATE"] == "/run/secrets/certificate.pem"
    assert "DUBAN_CERTIFICATE" not in service("gateway")["environment"]


def test_the_gateway_alone_gets_the_key_of_the_vault() -> None:
    named = [name for name in ALL if "DUBAN_VAULT_KEY" in service(name).get("environment", {})]

    assert named == ["gateway"]
    assert "DUBAN_VAULT_KEY" in (ROOT / ".env.example").read_text("utf-8")
