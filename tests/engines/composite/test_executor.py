"""Runs shared out over threads or processes give the same bytes, and the same errors."""

import pickle
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pytest

from ratusz.engines.composite import EngineError, Method, Noise, Normalisation, rank, write_files
from ratusz.engines.composite.sensitivity import sensitivity


@pytest.fixture
def threads():
    with ThreadPoolExecutor(2) as executor:
        yield executor


@pytest.fixture
def varied(town_method: Method) -> Method:
    """A method with every kind of choice left open."""
    return replace(
        town_method,
        class_column="size",
        uncertainty=replace(
            town_method.uncertainty,
            normalisation=(Normalisation(lower=1), Normalisation("rank")),
            aggregation=("arithmetic", "geometric", "copeland"),
            weights=Noise(concentration=30),
        ),
    )


def same(table, method, executor: Executor, runs: int) -> None:
    seen = []
    serial = rank(table, method, runs=runs)
    shared = rank(
        table, method, runs=runs, executor=executor, progress=lambda done, total: seen.append((done, total))
    )
    assert write_files(table, shared) == write_files(table, serial)
    assert shared.pairwise.tobytes() == serial.pairwise.tobytes()
    assert shared.class_stability_first == serial.class_stability_first
    assert seen[-1] == (runs, runs)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("runs", [100, 512, 1500])
def test_threads_give_the_same_bytes(towns, varied, threads, runs):
    same(replace(towns, labels={"size": tuple("ababab")}), varied, threads, runs)


def test_processes_give_the_same_bytes(towns, varied):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        same(replace(towns, labels={"size": tuple("ababab")}), varied, executor, 600)
        same(
            replace(towns, labels={"size": tuple("ababab")}),
            replace(varied, mean="geometric", normalisation=Normalisation(lower=1)),
            executor,
            512,
        )


def test_sensitivity_is_the_same(towns, town_method, threads):
    serial = sensitivity(towns, town_method, runs=2400)
    shared = sensitivity(towns, town_method, runs=2400, executor=threads)
    assert shared.first.tobytes() == serial.first.tobytes()
    assert shared.total_p95.tobytes() == serial.total_p95.tobytes()


def test_errors_come_back(towns, town_method, threads):
    bad = replace(
        town_method, uncertainty=replace(town_method.uncertainty, aggregation=("arithmetic", "harmonic"))
    )
    with pytest.raises(EngineError) as alone:
        rank(towns, bad, runs=800)
    with pytest.raises(EngineError) as shared:
        rank(towns, bad, runs=800, executor=threads)
    assert str(alone.value) == str(shared.value)
    again = pickle.loads(pickle.dumps(alone.value))
    assert (str(again), again.where, again.next_step) == (
        str(alone.value),
        alone.value.where,
        alone.value.next_step,
    )


def test_a_progress_callback_can_stop_the_work(towns, town_method, threads):
    class Stop(Exception):
        pass

    def stop(done, total):
        raise Stop

    with pytest.raises(Stop):
        rank(towns, town_method, runs=2000, executor=threads, progress=stop)
