"""Real workers settle a night although one is killed in it and the broker loses every message."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
from django.db import connection
from kombu import Connection

from crmsite.celery import app
from crmsite.valkey import Valkey
from metrics import tasks
from metrics.models import Fact, Run
from tests.metrics.test_night import won

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 150.0  # seconds

Worker = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A broker of the test's own, that keeps nothing."""
    folder = tmp_path_factory.mktemp("valkey")
    valkey = Valkey(folder, folder, careless=True)
    valkey.start()
    yield valkey
    valkey.stop()


@pytest.fixture
def worker(broker: Valkey) -> Iterator[Worker]:
    """Start a Celery worker on the test's database; all are gone afterwards."""
    told = connection.settings_dict
    address = f"postgres://{told['USER']}:{told['PASSWORD']}@:{told['PORT']}/{told['NAME']}?host={quote(told['HOST'])}"
    started = []

    def start(failpoint: str = "") -> "subprocess.Popen[bytes]":
        ours = {"DATABASE_URL": address, "REDIS_URL": broker.url, "PLUMB_FAILPOINT": failpoint}
        words = ["celery", "-A", "crmsite", "--quiet", "worker", "-P", "solo", "-l", "ERROR", "--without-mingle"]
        started.append(subprocess.Popen([sys.executable, "-m", *words], cwd=CHECKOUT, env=os.environ | ours))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def tick(broker: Valkey) -> None:
    address = f"redis+socket://{broker.socket}?virtual_host=2"
    with Connection(address, transport_options=app.conf.broker_transport_options) as line:
        tasks.tick.apply_async(connection=line)


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "This took too long."
        time.sleep(0.2)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_and_a_flushed_broker_cost_nothing_but_time(broker: Valkey, worker: Worker) -> None:
    won()
    first = worker(failpoint="facts opened=kill:5")
    tick(broker)
    assert first.wait(PATIENCE) == -9
    run = Run.objects.get(status=Run.Status.RUNNING)
    assert run.steps.waiting().exists()
    with redis.Redis(unix_socket_path=str(broker.socket)) as line:
        line.flushall()
    broker.stop()
    broker.start()
    worker()
    tick(broker)
    tick(broker)
    wait_for(lambda: Run.objects.get().status != Run.Status.RUNNING)
    run.refresh_from_db()
    assert (run.status, run.steps.filter(attempts=2).count()) == ("done", 1)
    assert not Fact.objects.exclude(run_from=run.pk).exists()
    assert Run.objects.count() == 1
