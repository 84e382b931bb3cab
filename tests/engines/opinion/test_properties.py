"""What holds for all votes."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ratusz.engines.opinion import POLIS, Votes, adjusted_rand, analyse, from_events, united, verify
from ratusz.engines.opinion.agreement import matched

EVENTS = st.lists(
    st.tuples(st.integers(0, 14), st.integers(0, 7), st.sampled_from([-1, 0, 1])), min_size=1, max_size=120
)
FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def votes_of(events, **options) -> Votes:
    people, statements, values = zip(*events, strict=True)
    return from_events([f"p{i}" for i in people], [f"s{j}" for j in statements], values, **options)


@FEW
@given(EVENTS, st.sampled_from(["default", POLIS]))
def test_recount_finds_everything_again(events, mode):
    found = analyse(votes_of(events, excluded=["s3"]), mode=mode)
    assert verify(found).differences == ()


@FEW
@given(EVENTS)
def test_counts_sum_up(events):
    votes = votes_of(events)
    found = analyse(votes)
    passed = found.counts.seen - found.counts.agree - found.counts.disagree
    assert (passed >= 0).all()
    grouped = found.grouping.labels[votes.rows] >= 0
    assert found.counts.seen.sum() == grouped.sum()
    assert np.bincount(votes.columns[grouped], minlength=votes.shape[1]).tolist() == (
        found.counts.seen.sum(axis=0).tolist()
    )


@FEW
@given(EVENTS, st.randoms(use_true_random=False))
def test_order_of_the_log_does_not_matter_when_moments_are_given(events, random):
    moments = list(range(len(events)))
    mixed = moments.copy()
    random.shuffle(mixed)
    one, other = votes_of(events, moments=moments), votes_of([events[k] for k in mixed], moments=mixed)
    assert one.hash == other.hash
    assert analyse(one).grouping.labels.tolist() == analyse(other).grouping.labels.tolist()


def test_order_of_people_does_not_matter():
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 2, 80)
    events = [
        (
            f"p{i}",
            f"s{j}",
            int(np.clip(round((1 if truth[i] else -1) * (-1) ** j + rng.normal(0, 0.7)), -1, 1)),
        )
        for i in range(80)
        for j in rng.choice(20, 12, replace=False)
    ]
    results = []
    for _turn in range(3):
        people, statements, values = zip(*events, strict=True)
        found = analyse(from_events(people, statements, values))
        labels = dict(zip(found.votes.participants, found.grouping.labels.tolist(), strict=True))
        results.append([labels[f"p{i}"] for i in range(80)])
        rng.shuffle(events)
    assert adjusted_rand(np.array(results[0]), truth) > 0.9
    assert adjusted_rand(np.array(results[0]), np.array(results[1])) == 1
    assert adjusted_rand(np.array(results[0]), np.array(results[2])) == 1


@FEW
@given(EVENTS, st.integers(0, 2**31 - 1))
def test_same_seed_same_result(events, seed):
    votes = votes_of(events)
    one, other = analyse(votes, seed=seed), analyse(votes, seed=seed)
    for field in ("labels", "confidence", "places"):
        assert (getattr(one.grouping, field) == getattr(other.grouping, field)).all()
    assert one.bridging.tobytes() == other.bridging.tobytes()


@FEW
@given(EVENTS)
def test_what_unites_has_more_than_half_of_every_group(events):
    found = analyse(votes_of(events))
    for j in united(found.to_agree, found.votes.excluded):
        assert (found.counts.agree[:, j] / found.counts.seen[:, j]).min() > 0.5
        assert found.to_agree.low[j] <= found.to_agree.least[j] <= found.to_agree.mean[j] + 1e-12


@FEW
@given(st.lists(st.integers(-1, 3), min_size=1, max_size=40), st.permutations(range(4)))
def test_renamed_labels_are_matched_back(labels, names):
    before = np.array(labels)
    renamed = np.where(before >= 0, np.array(names)[before], -1)
    assert matched(renamed, before, 4).tolist() == labels
    assert adjusted_rand(before, renamed) == 1


def test_hash_is_that_of_the_votes_alone():
    votes = votes_of([(0, 0, 1), (1, 0, -1), (1, 2, 0)])
    assert votes.hash == "".join(votes.hash)
    assert votes.hash == votes_of([(0, 0, 0), (0, 0, 1), (1, 0, -1), (1, 2, 0)]).hash
    assert votes.hash != votes_of([(0, 0, 1), (1, 0, -1), (1, 2, 1)]).hash
    assert votes.hash != votes_of([(0, 0, 1), (1, 0, -1), (1, 2, 0)], excluded=["s2"]).hash
