"""The companies and people we deal with, and who works there."""

import re
import unicodedata
from datetime import timedelta

from crmsite.demo.days import Curve
from crmsite.demo.people import note
from crmsite.demo.words import (
    COUNTRIES,
    INDUSTRIES,
    INDUSTRY_WEIGHTS,
    JOBS,
    MEN,
    STEMS,
    SURNAMES,
    TAG_NAMES,
    TRADES,
    WOMEN,
    Country,
)
from crmsite.demo.world import Account, World
from customers.choices import Channel, CompanySize, CustomerKind, Gender, Lifecycle
from customers.models import Contact, Customer, Tag, User

CHANNELS = (Channel.ORGANIC, Channel.PAID, Channel.REFERRAL, Channel.PARTNER, Channel.EVENT, Channel.OUTBOUND)
CHANNEL_WEIGHTS = (26, 22, 17, 10, 9, 16)
SHOP_CHANNELS = (Channel.ORGANIC, Channel.PAID, Channel.SOCIAL, Channel.EMAIL, Channel.REFERRAL, Channel.STORE)
SHOP_WEIGHTS = (28, 24, 20, 10, 10, 8)
SIZES = (CompanySize.MICRO, CompanySize.SMALL, CompanySize.MEDIUM, CompanySize.LARGE, CompanySize.HUGE)
SEGMENT_OF = {
    CompanySize.MICRO: "Small business",
    CompanySize.SMALL: "Small business",
    CompanySize.MEDIUM: "Mid-market",
    CompanySize.LARGE: "Mid-market",
    CompanySize.HUGE: "Enterprise",
}
PROSPECTS, OLD_HANDS = 0.16, 0.34  # share of those who never bought, and of those who bought before the story


def tell(world: World) -> None:
    names = Names(world)
    curve = world.days.curve(growth=2.2)
    for _ in range(world.customers):
        world.accounts.append(meet(world, names, curve))
    mark_tests(world)
    hang_tags(world)
    world.save()


def meet(world: World, names: "Names", curve: Curve) -> Account:
    """One customer, with what they will be to us."""
    country = world.pick(COUNTRIES, [country.weight for country in COUNTRIES])
    seller = seller_for(world, country)
    is_company = world.maybe(0.68)
    customer = company(world, names, country, seller) if is_company else person(world, names, country, seller)
    account = Account(customer, [], country.code, country.currency, seller, world.days.first)
    account.weight = world.around(1, 0.8)
    account.is_subscriber = world.maybe(0.93 if is_company else 0.12)
    account.is_shopper = world.maybe(0.42 if is_company else 0.95) or not account.is_subscriber
    date_them(world, account, curve)
    staff = {"Enterprise": 4, "Mid-market": 2.4, "Small business": 1.6}.get(customer.segment, 0)
    for place in range(max(1, round(world.around(staff, 0.3))) if staff else 0):
        account.contacts.append(works_there(world, names, country, customer, is_primary=place == 0))
    if account.contacts:
        customer.email = account.contacts[0].email
    return account


def date_them(world: World, account: Account, curve: Curve) -> None:
    """When we first heard of them, and when they first paid."""
    days, customer = world.days, account.customer
    fate = world.chance.random()
    if fate < PROSPECTS:
        account.born = curve.draw(world.chance)
        return
    customer.lifecycle = Lifecycle.CUSTOMER
    if fate < PROSPECTS + OLD_HANDS:
        account.since = days.first - timedelta(days=20 + int(world.chance.random() * 800))
        account.born = account.since - timedelta(days=30)
        # Their first orders are not on record here; the day they came is.
        if not account.is_subscriber:
            customer.acquired_on = account.since
        return
    account.since = curve.draw(world.chance, since=days.first + timedelta(days=2))
    lag = int(world.around(16 if account.is_subscriber else 5, 0.9))
    account.born = max(days.first, account.since - timedelta(days=min(lag, 170)))


def seller_for(world: World, country: Country) -> User:
    from crmsite.demo.people import SALES_TEAMS

    team = country.team
    if country.code == "DE" and world.maybe(0.35):
        team = "South"
    people = [world.people[name] for name in SALES_TEAMS[team][1]]
    return world.pick(people, (5, 7, 4, 4)[: len(people)])


def company(world: World, names: "Names", country: Country, seller: User) -> Customer:
    industry = world.pick(INDUSTRIES, INDUSTRY_WEIGHTS)
    size = world.pick(SIZES, (22, 34, 27, 12, 5))
    name = names.company(country, industry)
    return world.add(
        Customer,
        kind=CustomerKind.COMPANY,
        name=name,
        phone=phone(world, country),
        website=f"https://{plain(name)}.example.com",
        segment=SEGMENT_OF[size],
        industry=industry if world.maybe(0.96) else "",
        country=country.code,
        region=world.pick(country.regions),
        company_size=size,
        acquisition_channel=world.pick(CHANNELS, CHANNEL_WEIGHTS),
        owner=seller,
    )


def person(world: World, names: "Names", country: Country, seller: User) -> Customer:
    first, last, gender = names.person(country)
    return world.add(
        Customer,
        kind=CustomerKind.PERSON,
        name=f"{first} {last}",
        email=names.email(first, last),
        phone=phone(world, country),
        segment="Consumer",
        country=country.code,
        region=world.pick(country.regions),
        birth_year=world.days.last.year - int(min(86, 19 + world.around(24, 0.45))),
        gender=gender if world.maybe(0.9) else "",
        acquisition_channel=world.pick(SHOP_CHANNELS, SHOP_WEIGHTS),
        owner=seller,
    )


def works_there(world: World, names: "Names", country: Country, customer: Customer, *, is_primary: bool) -> Contact:
    first, last, _ = names.person(country)
    return world.add(
        Contact,
        customer=customer,
        first_name=first,
        last_name=last,
        email=names.email(first, last),
        phone=phone(world, country),
        job_title=world.pick(JOBS),
        is_primary=is_primary,
        do_not_survey=world.maybe(0.03),
    )


def phone(world: World, country: Country) -> str:
    code = {"DE": 49, "AT": 43, "CH": 41, "IT": 39, "GB": 44, "FR": 33, "NL": 31, "ES": 34, "SE": 46, "AU": 61}
    return f"+{code.get(country.code, 1)} 555 {world.chance.randrange(10**6, 10**7)}"


def mark_tests(world: World) -> None:
    """A few records somebody made to try things out; no number counts them."""
    for number, account in enumerate(world.chance.sample(world.accounts, world.many(12)), start=1):
        account.customer.is_test = True
        account.customer.name = f"Test customer {number}"


def hang_tags(world: World) -> None:
    tags = []
    for wanted in TAG_NAMES:
        tags.append(Tag.objects.create(name=world.free(Tag, "name", wanted)))
        note(world.people["admin"], tags[-1])
    for account in world.accounts:
        if world.maybe(0.22):
            world.add(Customer.tags.through, customer_id=account.customer.pk, tag_id=world.pick(tags).pk)


class Names:
    """Names nobody else in the demo has."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.taken: set[str] = set()

    def company(self, country: Country, industry: str) -> str:
        pick = self.world.pick
        while True:
            head = pick(STEMS) if self.world.maybe(0.72) else pick(SURNAMES[country.speech])
            name = f"{head} {pick(TRADES[industry])} {pick(country.legal)}"
            if name in self.taken:
                name = f"{head} & {pick(SURNAMES[country.speech])} {pick(country.legal)}"
            if name not in self.taken:
                self.taken.add(name)
                return name

    def person(self, country: Country) -> tuple[str, str, Gender]:
        last = self.world.pick(SURNAMES[country.speech])
        if self.world.maybe(0.5):
            return self.world.pick(WOMEN[country.speech]), last, Gender.FEMALE
        gender = Gender.MALE if self.world.maybe(0.98) else Gender.DIVERSE
        return self.world.pick(MEN[country.speech]), last, gender

    def email(self, first: str, last: str) -> str:
        local, number = f"{plain(first)}.{plain(last)}", 1
        ending = self.world.pick(("com", "org", "net"))
        address = f"{local}@example.{ending}"
        while address in self.taken:
            number += 1
            address = f"{local}{number}@example.{ending}"
        self.taken.add(address)
        return address


def plain(words: str) -> str:
    """Letters, digits and hyphens only, as addresses want them."""
    flat = unicodedata.normalize("NFKD", words.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", flat.lower()).strip("-")
