"""Staff see and do sales: every list, form and action, within one's rights, in few questions."""

from decimal import Decimal

import pytest

from sales.models import Deal, Lead, Order, OrderLine, Pipeline, Subscription
from tests import makers
from tests.sales import makers as made
from tests.sales.pages import messages, refusals, sent_back

pytestmark = pytest.mark.django_db

MODELS = {
    "deal": makers.make_deal,
    "stagechange": makers.make_stage_change,
    "amountchange": makers.make_amount_change,
    "offer": makers.make_offer,
    "quota": makers.make_quota,
    "lead": makers.make_lead,
    "order": makers.make_order,
    "orderline": makers.make_order_line,
    "refund": makers.make_refund,
    "cart": makers.make_cart,
    "subscription": makers.make_subscription,
    "subscriptionevent": makers.make_subscription_event,
    "term": makers.make_term,
    "campaign": makers.make_campaign,
    "campaignrecipient": makers.make_recipient,
    "touch": makers.make_touch,
    "cost": makers.make_cost,
    "productline": makers.make_line,
    "product": makers.make_product,
    "plan": makers.make_plan,
    "pipeline": makers.make_pipeline,
    "stage": makers.make_stage,
    "lostreason": makers.make_lost_reason,
    "fxrate": makers.make_fx_rate,
}
ONLY_READ = {"stagechange", "amountchange", "orderline", "refund", "subscriptionevent"}


@pytest.mark.parametrize("name", MODELS)
def test_every_list_and_form_opens_and_longer_lists_cost_no_more_questions(name, staff, admin, questions_of):
    row = MODELS[name]()
    client = staff(admin)
    assert client.get(f"/staff/sales/{name}/add/").status_code == (403 if name in ONLY_READ else 200)
    address = f"/staff/sales/{name}/{row.pk}/change/"
    page = client.get(address)
    if name not in ONLY_READ:
        answer = client.post(address, sent_back(page))
        assert answer.status_code == 302, (refusals(answer), answer.context["errors"])
    client.get(f"/staff/sales/{name}/?q=nobody")
    few = questions_of(lambda: client.get(f"/staff/sales/{name}/"))
    for _ in range(4):
        MODELS[name]()
    assert questions_of(lambda: client.get(f"/staff/sales/{name}/")) == few


def test_money_and_standing_are_shown_as_people_write_them(staff, admin):
    makers.make_deal(amount=Decimal("1234.5"))
    page = staff(admin).get("/staff/sales/deal/").content.decode()
    assert "1,234.50 EUR" in page
    assert "New" in page


# --- Deals --------------------------------------------------------------------------------------------------------


def act(client, model, name, *rows, **said):
    words = {"action": name, "_selected_action": [row.pk for row in rows], **said}
    return client.post(f"/staff/sales/{model}/", words, follow=True)


def test_a_deal_added_by_hand_begins_its_way(staff, owner):
    pipeline = makers.make_pipeline()
    client = staff(owner)
    page = client.get("/staff/sales/deal/add/")
    answer = client.post("/staff/sales/deal/add/", sent_back(page, name="Chairs", amount="100"))
    assert answer.status_code == 302, refusals(answer)
    deal = Deal.objects.get()
    assert (deal.owner, deal.pipeline, deal.stage_changes.get().by) == (owner, pipeline, owner)


def test_a_stage_amount_or_owner_changed_in_the_form_leaves_its_trace(staff, manager, owner):
    deal = made.make_deal(owner=owner)
    client = staff(manager)
    address = f"/staff/sales/deal/{deal.pk}/change/"
    typed = {"stage": made.stage("Offer").pk, "amount": "250", "owner": manager.pk, "note": "ring them"}
    answer = client.post(address, sent_back(client.get(address), **typed))
    assert answer.status_code == 302, refusals(answer)
    first, second = deal.stage_changes.all()
    assert (first.left_at, second.to_stage.name, second.by) == (second.at, "Offer", manager)
    assert (second.owner, second.amount) == (manager, 250)
    assert Deal.objects.get().note == "ring them"


def test_a_deal_is_not_won_by_choosing_the_stage(staff, manager):
    deal = made.make_deal()
    client = staff(manager)
    address = f"/staff/sales/deal/{deal.pk}/change/"
    answer = client.post(address, sent_back(client.get(address), stage=made.stage("Won").pk, name="Other"))
    assert "stage" in refusals(answer)
    assert Deal.objects.get().name == "Deal"


def test_who_comes_second_is_told_and_overwrites_nothing(staff, manager):
    deal = made.make_deal()
    client = staff(manager)
    address = f"/staff/sales/deal/{deal.pk}/change/"
    first, second = client.get(address), client.get(address)
    assert client.post(address, sent_back(first, name="First")).status_code == 302
    assert client.post(address, sent_back(second, name="Second")).status_code == 200
    assert Deal.objects.get().name == "First"


def test_a_win_asks_first_and_then_wins_each_deal(staff, owner):
    one, other = made.make_deal(owner=owner), made.make_deal(owner=owner, amount=None)
    client = staff(owner)
    asked = act(client, "deal", "win", one, other)
    assert "amount" in asked.context["form"].fields
    answer = act(client, "deal", "win", one, other, _carry_out=1, at="2025-02-01 12:00")
    assert "Done: 1." in messages(answer)
    assert "A won deal has an amount." in messages(answer)
    assert [deal.outcome for deal in Deal.objects.order_by("pk")] == ["won", ""]


def test_a_loss_is_not_carried_out_without_its_reason(staff, owner):
    deal = made.make_deal(owner=owner)
    client = staff(owner)
    assert "reason" in act(client, "deal", "lose", deal, _carry_out=1).context["form"].errors
    reason = made.make_reason()
    act(client, "deal", "lose", deal, _carry_out=1, reason=reason.pk)
    assert Deal.objects.get().lost_reason == reason
    act(client, "deal", "reopen", deal, _carry_out=1)
    act(client, "deal", "move", deal, _carry_out=1, to=made.stage("Contract").pk)
    assert Deal.objects.get().stage.name == "Contract"


def test_actions_reach_as_far_as_the_rights_do(staff, cast):
    deal = made.make_deal(owner=cast.owner)
    for name in ("colleague", "mate", "agent", "marketer", "stranger"):
        act(staff(getattr(cast, name)), "deal", "win", deal, _carry_out=1)
        assert Deal.objects.get().is_open, name
    act(staff(cast.lead), "deal", "win", deal, _carry_out=1)
    assert Deal.objects.get().closed_by == cast.lead
    act(staff(cast.manager), "deal", "reopen", deal, _carry_out=1)
    act(staff(cast.owner), "deal", "win", deal, _carry_out=1)
    assert Deal.objects.get().closed_by == cast.owner


def test_a_deal_is_handed_over_within_ones_reach(staff, cast):
    deal = made.make_deal(owner=cast.owner)
    asked = act(staff(cast.lead), "deal", "reassign", deal, _carry_out=1, to=cast.colleague.pk)
    assert "to" in asked.context["form"].errors
    act(staff(cast.lead), "deal", "reassign", deal, _carry_out=1, to=cast.mate.pk)
    assert Deal.objects.get().owner == cast.mate


def test_a_deals_own_page_offers_what_can_be_done_with_it_now(staff, owner, cast):
    deal = made.make_deal(owner=owner)
    client = staff(owner)
    address = f"/staff/sales/deal/{deal.pk}/"

    def offered(person):
        page = staff(person).get(f"{address}change/")
        return [button["title"] for button in page.context["actions_detail"]] if page.status_code == 200 else None

    assert offered(owner) == ["Move to a stage", "Mark as won", "Mark as lost", "Hand over"]
    assert client.get(f"{address}lose/").status_code == 200
    assert client.post(f"{address}lose/", {"_carry_out": 1}).context["form"].errors
    assert client.post(f"{address}lose/", {"reason": made.make_reason().pk}).status_code == 302
    assert offered(owner) == ["Reopen", "Hand over"]
    assert client.post(f"{address}lose/", {"reason": made.make_reason("Other").pk}).status_code == 200
    assert (offered(cast.colleague), offered(cast.stranger)) == (None, None)
    assert staff(cast.colleague).post(f"{address}reopen/").status_code in (302, 404)
    assert Deal.objects.get().outcome == "lost"


# --- Leads --------------------------------------------------------------------------------------------------------


def test_a_lead_is_answered_pursued_and_converted_from_the_list(staff, owner):
    makers.make_pipeline()
    one, other = made.make_lead(owner=owner), made.make_lead(owner=owner)
    client = staff(owner)
    act(client, "lead", "contact", one, other, _carry_out=1, at="2025-01-02 12:00")
    assert Lead.objects.filter(first_contacted_at__isnull=False, contacted_by=owner).count() == 2
    act(client, "lead", "pursue", one, _carry_out=1, amount="500")
    assert Deal.objects.get().lead == one
    act(client, "lead", "convert", one, other, _carry_out=1)
    assert Lead.objects.converted().count() == 2
    assert "Not done: 1." in messages(act(client, "lead", "spam", other))
    assert [row.pk for row in client.get("/staff/sales/lead/?status=converted").context["cl"].result_list]


def test_a_duplicate_names_the_lead_to_keep(staff, owner):
    one, other = made.make_lead(owner=owner), made.make_lead(owner=owner)
    act(staff(owner), "lead", "duplicate", other, _carry_out=1, of=one.pk)
    other.refresh_from_db()
    assert other.duplicate_of == one


def test_a_lead_typed_in_by_staff_was_not_waiting(staff, owner):
    client = staff(owner)
    page = client.get("/staff/sales/lead/add/")
    assert client.post("/staff/sales/lead/add/", sent_back(page, name="Ada")).status_code == 302
    assert Lead.objects.get().entered_by_staff


# --- Orders -------------------------------------------------------------------------------------------------------


def lines(*nets, first=0):
    words = {"lines-TOTAL_FORMS": first + len(nets)}
    for place, net in enumerate(nets, start=first):
        words |= {f"lines-{place}-net": net, f"lines-{place}-quantity": "1"}
    return words


def test_an_order_is_added_with_its_lines_and_makes_a_customer(staff, admin):
    customer = makers.make_customer()
    client = staff(admin)
    page = client.get("/staff/sales/order/add/")
    typed = {"customer": customer.pk, **lines("60", "40")}
    answer = client.post("/staff/sales/order/add/", sent_back(page, **typed))
    assert answer.status_code == 302, (refusals(answer), answer.context["errors"])
    customer.refresh_from_db()
    assert (Order.objects.charged().get().net, customer.lifecycle) == (100, "customer")
    assert Order.objects.get().status_by == admin


def test_an_order_without_lines_is_refused(staff, admin):
    client = staff(admin)
    page = client.get("/staff/sales/order/add/")
    words = sent_back(page, customer=makers.make_customer().pk)
    answer = client.post("/staff/sales/order/add/", {**words, "lines-TOTAL_FORMS": 0})
    assert (answer.status_code, Order.objects.count()) == (200, 0)


def test_an_order_does_not_shrink_below_what_was_given_back(staff, admin):
    order = made.make_order(None, 100)
    client = staff(admin)
    act(client, "order", "refund", order, _carry_out=1, net="60")
    address = f"/staff/sales/order/{order.pk}/change/"
    answer = client.post(address, sent_back(client.get(address), **{"lines-0-net": "59"}))
    assert (answer.status_code, OrderLine.objects.get().net) == (200, 100)
    assert client.post(address, sent_back(client.get(address), **{"lines-0-net": "60"})).status_code == 302
    assert "Not done: 1." in messages(act(client, "order", "refund", order, _carry_out=1, net="0.01"))


def test_orders_are_paid_cancelled_and_voided_from_the_list(staff, admin):
    one, other = made.make_order(status="pending"), made.make_order(status="pending")
    client = staff(admin)
    act(client, "order", "pay", one, _carry_out=1)
    act(client, "order", "cancel", one, other, _carry_out=1)
    act(client, "order", "void", one, other)
    assert [order.status for order in Order.objects.order_by("pk")] == ["void", "cancelled"]


# --- Subscriptions ------------------------------------------------------------------------------------------------


def test_a_subscription_begins_changes_and_ends_by_hand(staff, admin):
    client = staff(admin)
    page = client.get("/staff/sales/subscription/add/")
    plan = makers.make_plan(price=Decimal(30))
    typed = {"customer": makers.make_customer().pk, "plan": plan.pk, "term_ends_on": "2100-01-01"}
    answer = client.post("/staff/sales/subscription/add/", sent_back(page, **typed))
    assert answer.status_code == 302, (refusals(answer), answer.context["errors"])
    subscription = Subscription.objects.get()
    assert (subscription.mrr, subscription.terms.count()) == (30, 1)
    address = f"/staff/sales/subscription/{subscription.pk}/change/"
    answer = client.post(address, sent_back(client.get(address), quantity="2"))
    assert answer.status_code == 302, (refusals(answer), answer.context["errors"])
    assert [event.mrr for event in subscription.events.all()] == [30, 60]
    act(client, "subscription", "cancel", subscription, _carry_out=1, reason="price")
    assert Subscription.objects.leaving().count() == 1
    act(client, "subscription", "keep", subscription)
    act(client, "subscription", "end", subscription, _carry_out=1, is_involuntary="on")
    assert subscription.events.get(kind="end").is_involuntary
    assert client.get("/staff/sales/subscription/?standing=ended").context["cl"].result_count == 1


@pytest.mark.parametrize("standing", ["trial", "running", "paused", "leaving", "ended", "nonsense"])
def test_subscriptions_can_be_asked_where_they_stand(standing, staff, admin):
    made.make_subscription()
    shown = staff(admin).get(f"/staff/sales/subscription/?standing={standing}").context["cl"].result_count
    assert shown == (1 if standing in ("running", "nonsense") else 0)


# --- Pipelines ----------------------------------------------------------------------------------------------------


def test_a_new_pipeline_is_completed_by_a_won_and_a_lost_stage(staff, admin):
    client = staff(admin)
    page = client.get("/staff/sales/pipeline/add/")
    stages = {
        "stages-TOTAL_FORMS": 1,
        "stages-0-position": 1,
        "stages-0-name": "Talk",
        "stages-0-kind": "open",
        "stages-0-probability": "0.2",
        "stages-0-rot_after_days": "0",
    }
    answer = client.post("/staff/sales/pipeline/add/", sent_back(page, name="Main", **stages))
    assert answer.status_code == 302, (refusals(answer), answer.context["errors"])
    assert [stage.name for stage in Pipeline.objects.get().stages.all()] == ["Talk", "Won", "Lost"]
