"""Who does the work: threads, processes (`--workers`) or a Dask cluster (`--cluster`). Only the time differs."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing import get_context
from threading import Thread
from typing import Annotated
from urllib.parse import urlsplit

import typer

import ratusz
from ratusz.engines.contracts import EngineError

PATIENCE = 10.0

Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Processes to share the work; none: threads on every core. Changes no figure."),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="tcp://HOST:PORT",
        help='Dask scheduler whose workers share the work (extra "cluster"). Changes no figure.',
    ),
]


@contextmanager
def shared(workers: int | None, cluster: str | None) -> Iterator[Executor | None]:
    """Gives threads on every core, that many processes, a cluster's workers, or None for one process."""
    if cluster is not None:
        if workers is not None:
            raise EngineError(
                "--cluster", f"--workers {workers} beside it",
                "the work goes to processes here or to a cluster", "give one of the two",
            )  # fmt: skip
        with _cluster(cluster) as pool:
            yield pool
    elif workers == 1:
        yield None
    elif workers is None:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            yield pool
    else:
        # Compiled code and threads do not survive a fork.
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            try:
                yield pool
            except BrokenProcessPool:
                raise EngineError(
                    f"--workers {workers}", "a process that was ended from outside",
                    "all must live until the end", "give fewer workers, each needs memory of its own",
                ) from None  # fmt: skip


class ClusterExecutor(Executor):
    """Dask's executor, for work whose first argument is the same for all parts: that is sent to each worker once."""

    def __init__(self, client):
        self._client, self._pool = client, client.get_executor()
        self._common: object = None
        self._sent: object = None

    def submit(self, work: Callable, /, common: object, *rest: object) -> Future:  # type: ignore[override]
        """Sends work(common, *rest) to a worker."""
        if common is not self._common or self._sent is None:
            # In a list, because of a tuple each element would be sent apart.
            self._common, (self._sent,) = common, self._client.scatter([common], broadcast=True, hash=False)
        return self._pool.submit(work, self._sent, *rest)


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    if find_spec("distributed") is None:
        raise EngineError(
            "--cluster",
            address,
            'a cluster needs the extra "cluster"',
            'install it: pip install "ratusz[cluster]"',
        )
    host, port = _place(address)
    if not (_open(host, port) and _speaks_dask(address)):
        raise EngineError(
            "--cluster", f"no Dask scheduler at {address}", f"it must answer within {PATIENCE:.0f} seconds",
            "start one (dask scheduler) or correct the address",
        )  # fmt: skip
    from distributed import Client, KilledWorker
    from distributed.comm import CommClosedError

    with Client(address, timeout=PATIENCE, set_as_default=False) as client:
        _check_workers(client, address)
        try:
            yield ClusterExecutor(client)
        except (CancelledError, CommClosedError, KilledWorker, TimeoutError):
            raise EngineError(
                "--cluster", f"the connection to {address} lost, or its workers ended",
                "scheduler and workers must live until the end", "look at their messages, then try again",
            ) from None  # fmt: skip


def _place(address: str) -> tuple[str, int]:
    try:
        parts = urlsplit(address)
        if parts.scheme in ("tcp", "tls") and parts.hostname and parts.port:
            return parts.hostname, parts.port
    except ValueError:
        pass
    raise EngineError(
        "--cluster", f'"{address}"', "it is the address of a Dask scheduler", "write it as tcp://HOST:PORT"
    )


def _open(host: str, port: int) -> bool:
    """Says whether anything answers there. In a thread, because looking a name up cannot be given a limit."""
    found = []

    def knock() -> None:
        try:
            socket.create_connection((host, port), timeout=PATIENCE).close()
            found.append(True)
        except OSError:
            pass

    thread = Thread(target=knock, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return bool(found)


def _speaks_dask(address: str) -> bool:
    from distributed.comm import connect
    from distributed.security import Security

    async def greet() -> None:
        settings = Security().get_connection_args("client")
        comm = await asyncio.wait_for(connect(address, timeout=PATIENCE, **settings), PATIENCE)
        await comm.close()

    try:
        asyncio.run(greet())
    except (OSError, ValueError, TypeError, MemoryError, EOFError):
        return False
    return True


def _check_workers(client, address: str) -> None:
    from distributed.comm import CommClosedError

    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise EngineError(
            "--cluster",
            f"no worker at {address}",
            "it needs one or more",
            f"start some: dask worker {address}",
        ) from None
    try:
        there = client.run(_version)
    except (ImportError, AttributeError, CommClosedError):
        there = {"a worker": "no Ratusz"}
    for worker, version in sorted(there.items()):
        if version != ratusz.__version__:
            raise EngineError(
                "--cluster", f"{version} on {worker}", f"every worker needs Ratusz {ratusz.__version__}",
                "install the same version there",
            )  # fmt: skip


def _version() -> str:
    return ratusz.__version__
