"""Every resource of sales over the API: kept, read, changed; bad words are refused by the field they are in."""

from decimal import Decimal

import pytest

from sales.models import Deal, Order, Subscription
from sales.services.deals import move_deal
from tests import makers
from tests.sales import makers as made

pytestmark = pytest.mark.django_db

# What each resource needs, and one change that it takes.
RESOURCES = {
    "leads": (lambda: {"name": "Ada"}, {"company": "Engines"}),
    "deals": (lambda: {"name": "Chairs", "pipeline": makers.make_pipeline().pk, "amount": "10"}, {"amount": "12.5"}),
    "offers": (lambda: {"customer": makers.make_customer().pk}, {"kind": "cross_sell"}),
    "quotas": (
        lambda: {"owner": makers.make_user().pk, "starts_on": "2025-01-01", "ends_on": "2025-03-31", "amount": "5"},
        {"amount": "7"},
    ),
    "orders": (lambda: {"customer": makers.make_customer().pk, "lines": [{"net": "10"}]}, {"number": "A-1"}),
    "carts": (lambda: {"visitor_key": "v1"}, {"device": "mobile"}),
    "subscriptions": (lambda: {"customer": makers.make_customer().pk, "price": "50"}, {"quantity": 3}),
    "terms": (
        lambda: {"subscription": makers.make_subscription().pk, "starts_on": "2025-01-01", "ends_on": "2026-01-01"},
        {"ends_on": "2027-01-01"},
    ),
    "campaigns": (lambda: {"code": "spring", "name": "Spring"}, {"budget": "1000"}),
    "campaign-recipients": (lambda: {"campaign": makers.make_campaign().pk, "email": "a@example.com"}, {"email": ""}),
    "touches": (lambda: {"customer": makers.make_customer().pk, "channel": "email"}, {"channel": "chat"}),
    "costs": (lambda: {"category": "marketing", "amount": "100", "starts_on": "2025-01-01"}, {"note": "ads"}),
    "product-lines": (lambda: {"code": "desks", "name": "Desks"}, {"name": "Tables"}),
    "products": (lambda: {"name": "Desk", "unit_price": "99.99"}, {"sku": "D-1"}),
    "plans": (lambda: {"code": "pro", "name": "Pro", "price": "10"}, {"price": "12"}),
    "pipelines": (lambda: {"name": "Main"}, {"is_default": True}),
    "stages": (lambda: {"pipeline": makers.make_pipeline().pk, "name": "Talk", "position": 9}, {"probability": "0.5"}),
    "lost-reasons": (lambda: {"name": "Price"}, {"is_duplicate": True}),
    "fx-rates": (lambda: {"base": "USD", "quote": "EUR", "on": "2025-01-01", "rate": "0.9"}, {"rate": "0.95"}),
}
READ_ONLY = {
    "stage-changes": makers.make_stage_change,
    "amount-changes": makers.make_amount_change,
    "order-lines": makers.make_order_line,
    "refunds": makers.make_refund,
    "subscription-events": makers.make_subscription_event,
}


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_record_is_kept_read_changed_listed_and_removed(resource, api, admin):
    client = api(admin)
    words, change = RESOURCES[resource]
    sent = words()
    made = client.post(f"/api/v1/{resource}/", sent)
    assert made.status_code == 201, made.data
    address = f"/api/v1/{resource}/{made.data['id']}/"
    changed = client.patch(address, change, headers={"If-Match": f'"{made.data["version"]}"'})
    assert changed.status_code == 200, changed.data
    assert client.patch(address, change, headers={"If-Match": f'"{made.data["version"]}"'}).status_code == 412
    read = client.get(address).data
    assert read == changed.data
    for name, value in change.items():
        assert str(read[name]).rstrip("0").rstrip(".") == str(value)
    assert [row["id"] for row in client.get(f"/api/v1/{resource}/?id={read['id']}").data["results"]] == [read["id"]]
    assert client.delete(address).status_code in (204, 409)


@pytest.mark.parametrize("resource", READ_ONLY)
def test_what_the_verbs_write_is_only_read(resource, api, admin):
    row = READ_ONLY[resource]()
    client = api(admin)
    assert client.get(f"/api/v1/{resource}/{row.pk}/").data["id"] == row.pk
    assert client.post(f"/api/v1/{resource}/", {}).status_code == 405
    assert client.patch(f"/api/v1/{resource}/{row.pk}/", {}).status_code == 405


@pytest.mark.parametrize(
    ("resource", "bad", "field"),
    [
        ("deals", {"amount": "-1"}, "amount"),
        ("deals", {"amount": "many"}, "amount"),
        ("deals", {"amount": 1e30}, "amount"),
        ("deals", {"currency": "euro"}, "currency"),
        ("deals", {"currency": "eur"}, "currency"),
        ("deals", {"kind": "gift"}, "kind"),
        ("deals", {"owner": 10**30}, "owner"),
        ("deals", {"created_at": "2999-01-01T00:00:00Z"}, "created_at"),
        ("deals", {"created_at": "2100-01-01T00:00:00Z"}, "created_at"),
        ("leads", {"created_at": "2100-01-01T00:00:00Z"}, "created_at"),
        ("orders", {"placed_at": "2100-01-01T00:00:00Z"}, "placed_at"),
        ("subscriptions", {"started_at": "2100-01-01T00:00:00Z"}, "started_at"),
        ("deals", {"outcome": "won"}, "outcome"),
        ("deals", {"nmae": "x"}, "nmae"),
        ("leads", {"email": "nobody"}, "email"),
        ("leads", {"name": "a\x00b"}, "name"),
        ("orders", {"lines": []}, "lines"),
        ("orders", {"lines": [{"net": "x"}]}, "lines.0.net"),
        ("orders", {"lines": [{"net": "1", "quantity": "0"}]}, "lines.0.quantity"),
        ("orders", {"lines": "x"}, "lines.non_field_errors"),
        ("orders", {"status": "void"}, "status"),
        ("subscriptions", {"discount": "2"}, "discount"),
        ("subscriptions", {"price": "-1"}, "price"),
        ("subscriptions", {"price": "900000000000", "quantity": 2000000000}, "price"),
        ("subscriptions", {"interval_count": 0}, "interval_count"),
        ("subscriptions", {"quantity": 1e30}, "quantity"),
        ("costs", {"ends_on": "2024-01-01"}, "ends_on"),
        ("costs", {"amount": "NaN"}, "amount"),
        ("campaigns", {"code": "no spaces please"}, "code"),
        ("fx-rates", {"base": "dollar"}, "base"),
        ("fx-rates", {"rate": "0"}, "rate"),
        ("stages", {"position": -1}, "position"),
        ("stages", {"probability": "1.5"}, "probability"),
        ("plans", {"interval": "fortnight"}, "interval"),
        ("quotas", {"amount": "0"}, "amount"),
    ],
)
def test_bad_words_are_refused_by_their_field(resource, bad, field, api, admin):
    words, _ = RESOURCES[resource]
    answer = api(admin).post(f"/api/v1/{resource}/", {**words(), **bad})
    assert answer.status_code == 400, answer.data
    assert field in [error["field"] for error in answer.data["errors"]]


def test_a_deal_is_opened_moved_won_and_reopened(api, owner):
    client = api(owner)
    pipeline = makers.make_pipeline()
    offer = pipeline.stages.get(name="Offer")
    deal = client.post(
        "/api/v1/deals/", {"name": "Chairs", "amount": "100", "created_at": "2025-01-01T12:00:00Z"}
    ).data
    assert (deal["owner"], deal["stage"]) == (owner.pk, pipeline.stages.get(name="New").pk)
    address = f"/api/v1/deals/{deal['id']}"
    moved = client.post(f"{address}/move/", {"to": offer.pk, "at": "2025-01-05T12:00:00Z"})
    assert (moved.status_code, moved.data["stage"]) == (200, offer.pk)
    won = client.post(f"{address}/win/", {"amount": "120", "at": "2025-01-09T12:00:00Z"})
    assert (won.data["outcome"], won.data["amount"], won.data["credited_to"]) == ("won", "120.000000", owner.pk)
    again = client.post(f"{address}/win/", {})
    assert (again.status_code, again.data["code"]) == (400, "already-closed")
    assert client.post(f"{address}/reopen/").data["stage"] == offer.pk
    lost = client.post(f"{address}/lose/", {})
    assert (lost.status_code, lost.data["errors"][0]["field"]) == (400, "reason")
    assert client.post(f"{address}/lose/", {"reason": makers.make_lost_reason().pk}).data["outcome"] == "lost"
    stays = client.get(f"/api/v1/stage-changes/?deal={deal['id']}&ordering=at").data["results"]
    assert len(stays) == 5
    assert Deal.objects.get().stage_changes.filter(left_at=None).count() == 1


def test_changing_a_stage_an_owner_or_an_amount_leaves_the_trace_of_its_verb(api, admin, owner):
    deal = makers.make_deal(owner=admin)
    offer = deal.pipeline.stages.get(name="Offer")
    words = {"stage": offer.pk, "owner": owner.pk, "amount": "250", "note": "call on Monday"}
    answer = api(admin).patch(f"/api/v1/deals/{deal.pk}/", words)
    assert answer.status_code == 200, answer.data
    stay = deal.stage_changes.get()
    assert (stay.to_stage, stay.by, stay.owner, stay.amount) == (offer, admin, owner, 250)
    won = deal.pipeline.stages.get(name="Won")
    refused = api(admin).patch(f"/api/v1/deals/{deal.pk}/", {"stage": won.pk})
    assert (refused.status_code, refused.data["errors"][0]["field"]) == (400, "stage")


def test_only_whoever_may_change_a_deal_may_carry_out_its_verbs(api, cast):
    deal = makers.make_deal(owner=cast.owner)
    address = f"/api/v1/deals/{deal.pk}/win/"
    got = {name: api(getattr(cast, name)).post(address).status_code for name in ("colleague", "stranger", "marketer")}
    assert got == {"colleague": 404, "stranger": 404, "marketer": 404}
    assert api(cast.lead).post(address).status_code == 200
    assert api(cast.manager).post(f"/api/v1/deals/{deal.pk}/reopen/").status_code == 200
    assert api(cast.owner).post(address).status_code == 200


def test_a_deal_is_handed_only_to_whom_one_may_hand_it(api, cast):
    deal = makers.make_deal(owner=cast.owner)
    address = f"/api/v1/deals/{deal.pk}/reassign/"
    assert api(cast.owner).post(address, {"to": cast.colleague.pk}).data["errors"][0]["field"] == "to"
    assert api(cast.lead).post(address, {"to": cast.colleague.pk}).status_code == 400
    assert api(cast.lead).post(address, {"to": cast.mate.pk}).data["owner"] == cast.mate.pk
    assert api(cast.manager).post(address, {"to": cast.colleague.pk}).data["owner"] == cast.colleague.pk


def test_a_lead_is_answered_pursued_and_converted(api, owner):
    client = api(owner)
    makers.make_pipeline()
    lead = client.post("/api/v1/leads/", {"name": "Ada", "created_at": "2025-01-01T12:00:00Z"}).data
    address = f"/api/v1/leads/{lead['id']}"
    assert lead["status"] == "new"
    assert client.post(f"{address}/contact/", {"at": "2025-01-02T12:00:00Z"}).data["status"] == "contacted"
    deal = client.post(f"{address}/pursue/", {"amount": "10"})
    assert (deal.status_code, deal.data["lead"], deal.data["owner"]) == (201, lead["id"], owner.pk)
    assert client.post(f"/api/v1/deals/{deal.data['id']}/win/").status_code == 200
    assert client.get(f"{address}/").data["status"] == "converted"
    assert client.post(f"{address}/convert/").data["code"] == "already-converted"
    assert [row["id"] for row in client.get("/api/v1/leads/?status=converted").data["results"]] == [lead["id"]]
    assert client.get("/api/v1/leads/?status=new").data["results"] == []


def test_the_lines_of_an_order_are_kept_changed_added_and_dropped(api, admin):
    client = api(admin)
    customer = makers.make_customer()
    lines = [{"net": "10", "description": "pens"}, {"net": "20"}]
    order = client.post("/api/v1/orders/", {"customer": customer.pk, "lines": lines}).data
    pens = order["lines"][0]
    words = [{"id": pens["id"], "net": "15"}, {"net": "5", "quantity": "2"}]
    changed = client.patch(f"/api/v1/orders/{order['id']}/", {"lines": words}).data
    assert [(line["net"], line["description"]) for line in changed["lines"]] == [
        ("15.000000", "pens"),
        ("5.000000", ""),
    ]
    other = makers.make_order_line()
    answer = client.patch(f"/api/v1/orders/{order['id']}/", {"lines": [{"id": other.pk, "net": "1"}]})
    assert (answer.status_code, answer.data["errors"][0]["field"]) == (400, "lines")


def test_an_order_does_not_shrink_below_what_was_given_back(api, admin):
    client = api(admin)
    order = makers.make_order(100)
    refund = client.post(f"/api/v1/orders/{order.pk}/refund/", {"net": "60"})
    assert (refund.status_code, refund.data["by"]) == (201, admin.pk)
    assert client.post(f"/api/v1/orders/{order.pk}/refund/", {"net": "40.01"}).data["errors"][0]["field"] == "net"
    answer = client.patch(f"/api/v1/orders/{order.pk}/", {"lines": [{"net": "59"}]})
    assert (answer.status_code, Order.objects.with_net().get().net) == (400, 100)


def test_a_pending_order_is_paid_and_a_paid_one_voided(api, admin):
    client = api(admin)
    order = makers.make_order(status="pending")
    assert client.patch(f"/api/v1/orders/{order.pk}/", {"status": "paid"}).data["errors"][0]["field"] == "status"
    assert client.post(f"/api/v1/orders/{order.pk}/pay/").data["status"] == "paid"
    assert client.post(f"/api/v1/orders/{order.pk}/cancel/").data["code"] == "not-pending"
    assert client.post(f"/api/v1/orders/{order.pk}/void/").data["status"] == "void"


def test_a_subscription_goes_through_its_life(api, admin):
    client = api(admin)
    words = {"customer": makers.make_customer().pk, "price": "50", "started_at": "2025-01-01T12:00:00Z"}
    made = client.post("/api/v1/subscriptions/", {**words, "term_ends_on": "2026-01-01"})
    assert (made.status_code, made.data["mrr"]) == (201, "50.000000")
    address = f"/api/v1/subscriptions/{made.data['id']}"
    assert client.post(f"{address}/change/", {"quantity": 2, "at": "2025-02-01T12:00:00Z"}).data["mrr"] == "100.000000"
    now = {"at": "2025-03-01T12:00:00Z", "effective_at": "2025-03-01T12:00:00Z"}
    assert client.post(f"{address}/pause/", now).data["paused_at"].startswith("2025-03-01")
    assert client.post(f"{address}/resume/", {"at": "2025-04-01T12:00:00Z"}).data["paused_at"] is None
    assert client.post(f"{address}/renew/", {"at": "2025-12-01T12:00:00Z"}).data["ends_on"] == "2027-01-01"
    assert client.post(f"{address}/cancel/", {"reason": "price"}).data["ended_at"].startswith("2027-01-01")
    assert client.post(f"{address}/keep/").data["ended_at"] is None
    assert client.post(f"{address}/end/", {"is_involuntary": True}).data["ended_at"]
    assert client.post(f"{address}/end/").data["code"] == "ended"
    events = client.get(f"/api/v1/subscription-events/?subscription={made.data['id']}&ordering=at").data["results"]
    assert [(event["kind"], Decimal(event["mrr"])) for event in events] == [
        ("start", 50),
        ("change", 100),
        ("pause", 0),
        ("resume", 100),
        ("cancel_requested", 100),
        ("end", 0),
    ]


def test_other_terms_sent_plainly_make_an_event_too(api, admin):
    subscription = makers.make_subscription()
    makers.make_subscription_event(subscription=subscription)
    answer = api(admin).patch(f"/api/v1/subscriptions/{subscription.pk}/", {"quantity": 2, "note": "two seats"})
    assert answer.data["mrr"] == "100.000000"
    assert [event.mrr for event in subscription.events.all()] == [50, 100]
    refused = api(admin).patch(f"/api/v1/subscriptions/{subscription.pk}/", {"started_at": "2024-01-01T00:00:00Z"})
    assert (refused.status_code, refused.data["errors"][0]["field"]) == (400, "started_at")


def test_a_subscription_takes_the_list_price_of_its_plan(api, admin):
    words = {"customer": makers.make_customer().pk, "plan": makers.make_plan(price=Decimal(30)).pk}
    assert api(admin).post("/api/v1/subscriptions/", words).data["mrr"] == "30.000000"
    answer = api(admin).post("/api/v1/subscriptions/", {"customer": words["customer"]})
    assert answer.data["errors"][0]["field"] == "price"


@pytest.mark.parametrize(
    ("resource", "maker", "field"),
    [
        ("deals", makers.make_deal, "created_at"),
        ("leads", makers.make_lead, "created_at"),
        ("leads", makers.make_lead, "first_contacted_at"),
        ("leads", makers.make_lead, "qualified_at"),
        ("orders", makers.make_order, "placed_at"),
    ],
)
def test_nothing_is_mended_into_the_future(resource, maker, field, api, admin):
    answer = api(admin).patch(f"/api/v1/{resource}/{maker().pk}/", {field: "2100-01-01T00:00:00Z"})
    assert (answer.status_code, answer.data["errors"][0]["field"]) == (400, field)


def test_a_deal_began_no_later_than_it_first_moved(api, admin):
    deal = made.make_deal(at=made.day(1, 5))
    move_deal(deal, to=made.stage("Offer"), at=made.day(1, 9))
    client = api(admin)
    refused = client.patch(f"/api/v1/deals/{deal.pk}/", {"created_at": "2025-01-10T00:00:00Z"})
    assert (refused.status_code, refused.data["errors"][0]["field"]) == (400, "created_at")
    assert client.patch(f"/api/v1/deals/{deal.pk}/", {"created_at": "2025-01-02T00:00:00Z"}).status_code == 200
    assert made.stays(deal)[0] == ("", "New", "01-02", "01-09")


def test_a_record_is_found_by_where_it_came_from(api, admin):
    makers.make_deal(source="old crm", external_id="17")
    assert len(api(admin).get("/api/v1/deals/?source=old crm&external_id=17").data["results"]) == 1
    assert api(admin).get("/api/v1/deals/?external_id=18").data["results"] == []


@pytest.mark.parametrize(
    ("resource", "maker"),
    [
        ("deals", makers.make_deal),
        ("leads", makers.make_lead),
        ("orders", makers.make_order),
        ("subscriptions", makers.make_subscription),
        ("stage-changes", makers.make_stage_change),
        ("amount-changes", makers.make_amount_change),
        ("refunds", makers.make_refund),
        ("costs", makers.make_cost),
    ],
)
def test_a_longer_list_costs_no_more_questions(resource, maker, api, admin, django_assert_num_queries, questions_of):
    client = api(admin)
    maker()
    client.get(f"/api/v1/{resource}/")
    few = questions_of(lambda: client.get(f"/api/v1/{resource}/"))
    for _ in range(5):
        maker()
    with django_assert_num_queries(few):
        assert len(client.get(f"/api/v1/{resource}/").data["results"]) == 6


@pytest.mark.parametrize(
    "question",
    [
        "is_open=true",
        "is_overdue=true",
        "idle_days=30",
        "outcome=won",
        "amount__gte=10",
        "created_at__gte=2025-01-01",
        "search=chair",
    ],
)
def test_deals_can_be_asked_for(question, api, admin):
    makers.make_deal()
    assert api(admin).get(f"/api/v1/deals/?{question}").status_code == 200


def test_a_subscription_begun_over_the_api_makes_a_customer(api, admin):
    customer = makers.make_customer()
    api(admin).post("/api/v1/subscriptions/", {"customer": customer.pk, "price": "5"})
    customer.refresh_from_db()
    assert (customer.lifecycle, Subscription.objects.paying().count()) == ("customer", 1)
