"""A company chooses the boards it starts with by its trade, and none of the others is lost."""

import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from customers.models import User
from metrics import checks
from metrics.boards import BOARDS
from metrics.models import PackChoice
from metrics.packs import PACKS, Pack
from metrics.registry import all_kpis
from metrics.services import choose_pack

Staff = Callable[[User], Client]


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:2000]
    return " ".join(answer.content.decode().split())


def tabs(shown: str) -> list[str]:
    """The titles on top of a page, without the two doors that are always there."""
    found = re.search(r'<nav class="k-tabs".*?</nav>', shown)
    assert found
    titles = re.findall(r"<a [^>]*>([^<]+)</a>", found[0])
    assert titles[-2:] == ["All numbers", "Analyses"]
    return titles[:-2]


def titles(pack: Pack) -> list[str]:
    return [board.title for board in pack.boards]


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_every_pack_is_made_of_boards_and_numbers_there_are(pack: Pack) -> None:
    keys = [board.key for board in pack.boards]
    assert keys[0] == "overview"
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(BOARDS)
    assert set(pack.overview.kpis) <= set(all_kpis())
    assert 9 <= len(set(pack.overview.kpis)) == len(pack.overview.kpis) <= 12


@pytest.mark.parametrize(
    ("pack", "kpis"),
    [
        ("e-commerce", {"visitor_conversion", "average_order", "cart_abandonment"}),
        ("saas", {"churn_rate", "mrr", "ltv"}),
        ("financial-services", {"retention_rate", "nps", "csat"}),
        ("healthcare", {"patient_topbox", "no_show_rate", "pdc"}),
        ("small-business", {"cac", "ltv", "churn_rate"}),
    ],
)
def test_the_overview_of_a_trade_has_its_numbers(pack: str, kpis: set[str]) -> None:
    assert kpis <= {kpi.key for kpi in PACKS[pack].overview.kpis}


def test_every_board_belongs_to_a_pack() -> None:
    assert {board.key for pack in PACKS.values() for board in pack.boards} == set(BOARDS)


@pytest.mark.django_db
class TestPages:
    def test_a_company_starts_with_the_general_boards(self, staff: Staff, manager: User) -> None:
        shown = page(staff(manager), "/kpis/")
        assert tabs(shown) == titles(PACKS["general"])

    def test_an_admin_chooses_and_every_page_follows(self, staff: Staff, admin: User, manager: User) -> None:
        answer = staff(admin).post("/kpis/packs/", {"pack": "healthcare"}, follow=True)
        assert "Healthcare" in answer.content.decode()
        for address in ("/kpis/", "/kpis/boards/care/", "/kpis/nps/", "/kpis/all/", "/kpis/conventions/"):
            assert tabs(page(staff(manager), address)) == titles(PACKS["healthcare"]), address
        for address in ("/kpis/", "/kpis/boards/overview/"):
            assert staff(manager).get(address).context["board"] is PACKS["healthcare"].overview
        choice = PackChoice.objects.get()
        assert (choice.pack, choice.chosen_by) == ("healthcare", admin)

    def test_the_choice_made_last_holds(self, staff: Staff, manager: User) -> None:
        for key in ("saas", "small-business"):
            choose_pack(key, by=manager)
        assert tabs(page(staff(manager), "/kpis/")) == titles(PACKS["small-business"])

    def test_the_other_boards_stay_within_reach(self, staff: Staff, manager: User) -> None:
        choose_pack("small-business")
        client, first = staff(manager), {board.key for board in PACKS["small-business"].boards}
        shown = page(client, "/kpis/all/")
        for key in set(BOARDS) - first:
            assert f'href="/kpis/boards/{key}/"' in shown
            assert tabs(page(client, f"/kpis/boards/{key}/"))[-1] == BOARDS[key].title
        assert all(f"/kpis/{kpi.key.replace('_', '-')}/" in shown for kpi in all_kpis())

    def test_nobody_sees_a_board_that_is_none_of_their_business(self, staff: Staff, agent: User) -> None:
        choose_pack("saas")
        assert "Pipeline" not in tabs(page(staff(agent), "/kpis/"))

    def test_only_who_may_change_the_company_s_settings_chooses(
        self, staff: Staff, owner: User, lead: User, agent: User, manager: User
    ) -> None:
        for user in (owner, lead, agent):
            assert staff(user).get("/kpis/packs/").status_code == 403
            assert staff(user).post("/kpis/packs/", {"pack": "saas"}).status_code == 403
            assert "/kpis/packs/" not in page(staff(user), "/kpis/all/")
        assert not PackChoice.objects.exists()
        assert "/kpis/packs/" in page(staff(manager), "/kpis/all/")
        assert "Boards to start with" in page(staff(manager), "/kpis/")  # In the sidebar.
        shown = page(staff(manager), "/kpis/packs/")
        assert re.findall(r'value="([a-z-]+)" checked', shown) == ["general"]
        assert all(pack.title in shown for pack in PACKS.values())

    @pytest.mark.parametrize("said", [{}, {"pack": ""}, {"pack": "bakery"}, {"pack": "saas\0"}])
    def test_a_pack_there_is_not_is_refused(self, said: dict, staff: Staff, admin: User) -> None:
        answer = staff(admin).post("/kpis/packs/", said)
        assert answer.status_code == 400
        assert "Choose one of general, saas" in answer.content.decode()
        assert not PackChoice.objects.exists()

    def test_a_choice_that_is_no_longer_declared_is_the_general_one(self, staff: Staff, manager: User) -> None:
        PackChoice.objects.create(pack="gone")
        assert tabs(page(staff(manager), "/kpis/")) == titles(PACKS["general"])


@pytest.mark.django_db
class TestElsewhere:
    def test_the_command_shows_and_chooses(self, admin: User) -> None:
        out = StringIO()
        call_command("pack", stdout=out)
        assert "* general" in out.getvalue()
        call_command("pack", "saas", by=admin.username, stdout=out)
        assert "* saas" in out.getvalue()
        assert PackChoice.objects.get().chosen_by == admin

    @pytest.mark.parametrize(
        ("said", "reason"), [({"pack": "bakery"}, "Choose one of"), ({"pack": "saas", "by": "nobody"}, "nobody here")]
    )
    def test_the_command_refuses_what_there_is_not(self, said: dict, reason: str) -> None:
        with pytest.raises(CommandError, match=reason):
            call_command("pack", said["pack"], by=said.get("by", ""), stdout=StringIO())
        assert not PackChoice.objects.exists()

    @override_settings(PACK="e-commerce")
    def test_an_installation_says_what_it_starts_with(self, staff: Staff, manager: User) -> None:
        assert tabs(page(staff(manager), "/kpis/")) == titles(PACKS["e-commerce"])
        choose_pack("general")
        assert tabs(page(staff(manager), "/kpis/")) == titles(PACKS["general"])


def test_a_start_with_no_such_pack_is_found_by_check() -> None:
    assert checks.pack() == []
    with override_settings(PACK="bakery"):
        assert [(one.id, "bakery" in one.msg) for one in checks.pack()] == [("metrics.E004", True)]
