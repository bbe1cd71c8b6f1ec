"""What the parts add sums to the change exactly, and the famous reversals come apart as printed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.contributions import Branch, ratio_tree, sum_tree, term_effects

KIDNEY = (
    {("small",): (81, 87), ("large",): (192, 263)},
    {("small",): (234, 270), ("large",): (55, 80)},
)
MEN = {"A": (512, 825), "B": (353, 560), "C": (120, 325), "D": (138, 417), "E": (53, 191), "F": (22, 373)}
WOMEN = {"A": (89, 108), "B": (17, 25), "C": (202, 593), "D": (131, 375), "E": (94, 393), "F": (24, 341)}


def six(tree: Branch) -> list[float]:
    return [round(float(each), 6) for each in (tree.before.value, tree.after.value, tree.rate, tree.mix, tree.change)]


def test_kidney_stones() -> None:
    """Treatment B looks better only because it was given the small stones."""
    tree = ratio_tree(*KIDNEY)
    assert six(tree) == [0.78, 0.825714, -0.053671, 0.099386, 0.045714]
    assert {child.member for child in tree.children} == {"small", "large"}


def test_admissions_at_berkeley() -> None:
    """Women did better within the departments; they applied to the harder ones."""
    men, women = ({(name,): told for name, told in rows.items()} for rows in (MEN, WOMEN))
    tree = ratio_tree(men, women)
    assert six(tree) == [0.445188, 0.303542, 0.036028, -0.177674, -0.141645]
    assert sum(child.change for child in tree.children) == tree.change == tree.after.value - tree.before.value


def test_more_of_a_member_below_the_whole_counts_against() -> None:
    tree = ratio_tree({("good",): (9, 10), ("bad",): (1, 10)}, {("good",): (9, 10), ("bad",): (2, 20)})
    by_member = {child.member: child for child in tree.children}
    assert by_member["bad"].mix < 0
    assert by_member["bad"].rate == by_member["good"].rate == 0


def test_who_is_new_adds_mix_and_costs_without_customers_add_rate() -> None:
    tree = ratio_tree({("ads",): (100, 10), ("fair",): (50, 0)}, {("ads",): (100, 10), ("fair",): (80, 0)})
    assert tree.change == 3
    assert (tree.children[0].member, tree.children[0].rate, tree.children[0].mix) == ("fair", 3, 0)
    new = ratio_tree({("ads",): (100, 10)}, {("ads",): (100, 10), ("web",): (20, 10)})
    assert new.rate == 0
    assert new.mix == new.change == -4


def test_a_sum_comes_apart_by_country_then_by_line() -> None:
    before = {("DE", "tea"): 10, ("DE", "cups"): 5, ("FR", "tea"): 7}
    after = {("DE", "tea"): 4, ("DE", "cups"): 9, ("FR", "tea"): 7, ("IT", "tea"): 6}
    tree = sum_tree(before, after)
    assert (tree.before.value, tree.after.value, tree.change) == (22, 26, 4)
    assert [(child.member, child.change) for child in tree.children] == [("IT", 6), ("DE", -2), ("FR", 0)]
    assert [child.path for child in tree.children[1].children] == [("DE", "tea"), ("DE", "cups")]


def test_nothing_to_divide_by_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to divide by"):
        ratio_tree({("a",): (1, 0)}, {("a",): (1, 2)})
    assert sum_tree({}, {}).change == 0


def test_the_terms_of_a_pipelines_velocity() -> None:
    def velocity(term):
        return term["deals"] * term["win rate"] * term["value"] / term["days"]

    before = {"deals": 50, "win rate": Fraction(1, 5), "value": 1000, "days": 40}
    after = {"deals": 60, "win rate": Fraction(1, 5), "value": 1000, "days": 50}
    effects = term_effects(velocity, before, after)
    assert sum(effects.values()) == velocity(after) - velocity(before) == -10
    assert effects == {"deals": 45, "win rate": 0, "value": 0, "days": -55}


members = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), st.tuples(st.integers(0, 50), st.integers(0, 50))
)


@given(members, members)
def test_every_tree_sums_exactly_at_every_branch(before, after) -> None:
    def holds(branch: Branch) -> None:
        if branch.children:
            assert branch.rate == sum(child.rate for child in branch.children)
            assert branch.mix == sum(child.mix for child in branch.children)
            assert branch.before.above == sum(child.before.above for child in branch.children)
        for child in branch.children:
            holds(child)

    if all(sum(below for _, below in side.values()) for side in (before, after)):
        tree = ratio_tree(before, after)
        assert tree.change == tree.after.value - tree.before.value
        holds(tree)
    counts = [{path: above for path, (above, _) in side.items()} for side in (before, after)]
    total = sum_tree(*counts)
    assert total.change == sum(counts[1].values()) - sum(counts[0].values())
    holds(total)
