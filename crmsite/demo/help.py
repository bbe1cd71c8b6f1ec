"""Requests for help: how they come in, how long they wait, how they are solved, and the calls about them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from crmsite.demo.days import HELP_WEEK, STEADY_YEAR
from crmsite.demo.words import NOTES, QUESTIONS, REPLIES, THANKS, TICKET_SUBJECTS
from crmsite.demo.world import Account, World
from customers.models import User
from support.choices import Author, InteractionKind, Priority, Purpose, TicketChannel, TicketEventKind
from support.history import derive
from support.hours import Week
from support.models import Holiday, Interaction, Message, OpeningHours, Schedule, ServiceLevel, Ticket, TicketEvent
from support.promises import due

CHANNELS = (TicketChannel.EMAIL, TicketChannel.WEB, TicketChannel.CHAT, TicketChannel.PHONE, TicketChannel.SOCIAL)
# Hours until somebody usually answers; a phone is picked up at once.
WAIT = {"email": 3.2, "web": 4.0, "chat": 0.07, "phone": 0.02, "social": 2.2}
HASTE = {"low": 1.5, "normal": 1.0, "high": 0.6, "urgent": 0.3}
PRIORITIES = (Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT)
LINES = ("platform", "devices", "supplies", "services")
HOLIDAYS = (
    (1, 1, "New Year"),
    (5, 1, "Labour Day"),
    (10, 3, "Unity Day"),
    (12, 25, "Christmas"),
    (12, 26, "Boxing Day"),
)
Kind = TicketEventKind


def tell(world: World) -> None:
    open_hours(world)
    promise(world)
    world.save()
    world.shelf["week"] = Week.of(world.shelf["schedule"])
    world.shelf["hump"] = world.days.part(0.36)
    world.shelf["tickets"] = []
    curve = world.days.curve(STEADY_YEAR, HELP_WEEK, growth=1.8, extra=lambda day: 1.9 if in_hump(world, day) else 1)
    days = sorted(curve.draw(world.chance) for _ in range(world.many(7900)))
    customers = [account for account in world.accounts if account.since]
    for number, day in enumerate(days, start=1):
        request(world, number, day, customers)
    merge_twins(world)
    write_messages(world)
    talk(world)
    world.save()


def in_hump(world: World, day: date) -> bool:
    """The month in which too few people met too many requests."""
    hump = world.shelf["hump"]
    return (day.year, day.month) == (hump.year, hump.month)


def open_hours(world: World) -> None:
    has_default = Schedule.objects.filter(is_default=True).exists()
    schedule = world.add(Schedule, name=world.free(Schedule, "name", "Office hours"), is_default=not has_default)
    for weekday in range(1, 6):
        closes = time(17) if weekday == 5 else time(18)
        world.add(OpeningHours, schedule=schedule, weekday=weekday, opens=time(8), closes=closes)
    for year in range(world.days.first.year, world.days.last.year + 1):
        for month, day, name in HOLIDAYS:
            world.add(Holiday, schedule=schedule, on=date(year, month, day), name=name)
    world.shelf["schedule"] = schedule


def promise(world: World) -> None:
    """What a ticket is promised, by its priority."""
    world.shelf["promises"] = {
        priority: world.add(
            ServiceLevel,
            name=world.free(ServiceLevel, "name", name),
            priority=priority,
            reply_within=timedelta(hours=reply),
            solve_within=timedelta(hours=solve),
            is_active=not ServiceLevel.objects.filter(priority=priority, is_active=True).exists(),
        )
        for name, priority, reply, solve in (
            ("Usual", "", 8, 30),
            ("High", Priority.HIGH, 4, 20),
            ("Urgent", Priority.URGENT, 2, 10),
        )
    }


def promised(world: World, ticket: Ticket) -> None:
    """Until when it is to be answered and solved."""
    levels, week = world.shelf["promises"], world.shelf["week"]
    level = levels.get(ticket.priority, levels[""])
    ticket.reply_due_at = due(level, ticket.awaited_since or ticket.created_at, level.reply_within, week)
    ticket.solve_due_at = due(level, ticket.created_at, level.solve_within, week)


def request(world: World, number: int, day: date, customers: list[Account]) -> None:
    account = somebody(world, day, customers)
    channel = world.pick(CHANNELS, (40, 22, 18, 15, 5))
    line = world.pick(LINES, (52, 20, 20, 8))
    agent = agent_for(world, account)
    created_at = world.at(day, 8, 18) if channel == TicketChannel.PHONE else world.at(day, 6.5, 22)
    ticket = world.add(
        Ticket,
        number=f"T-{number:05d}",
        subject=world.pick(TICKET_SUBJECTS[line]),
        customer=account.customer,
        contact=world.pick(account.contacts) if account.contacts else None,
        channel=channel,
        priority=world.pick(PRIORITIES, (14, 62, 18, 6)),
        product_line=world.shelf["lines"][line].code,
        agent=agent,
        team=world.team_of[agent.pk],
        schedule=world.shelf["schedule"],
        created_at=created_at,
    )
    story = [(kind, at, actor) for kind, at, actor in life(world, ticket) if at <= world.days.now]
    events = [
        world.add(TicketEvent, ticket=ticket, kind=kind, at=at, actor=actor, **given(kind, ticket))
        for kind, at, actor in sorted(story, key=lambda step: step[1])
    ]
    derive(ticket, events, week=world.shelf["week"])
    promised(world, ticket)
    world.shelf["tickets"].append((ticket, events, account))


def given(kind: Kind, ticket: Ticket) -> dict[str, Any]:
    """Whom an assignment gives the ticket to."""
    return {"agent": ticket.agent, "team": ticket.team} if kind == Kind.ASSIGNED else {}


def merge_twins(world: World) -> None:
    """The same request sent twice: the second ticket is merged into the one before it."""
    tickets = world.shelf["tickets"]
    for place in sorted(world.pick_some(range(1, len(tickets)), world.many(60))):
        (other, _, account), (ticket, events, _) = tickets[place - 1], tickets[place]
        if ticket.is_spam or other.is_spam or other.merged_into_id:
            continue
        ticket.merged_into, ticket.subject = other, other.subject
        ticket.customer, ticket.contact = account.customer, other.contact
        at = max(ticket.created_at, other.created_at) + timedelta(minutes=30)
        if at <= world.days.now:
            events.append(world.add(TicketEvent, ticket=ticket, kind=Kind.MERGED, at=at, actor=ticket.agent))


def somebody(world: World, day: date, customers: list[Account]) -> Account:
    """A customer of that day, if one is found soon."""
    for _ in range(6):
        account = world.pick(customers)
        if account.since <= day and (account.left_on is None or day <= account.left_on + timedelta(days=30)):
            break
    return account


def agent_for(world: World, account: Account) -> User:
    europe = [world.people[name] for name in ("agent", "Katja Wolter", "Omar Haddad")]
    overseas = [world.people[name] for name in ("Joan Whitfield", "Carlos Medina")]
    if account.country in ("US", "CA", "AU"):
        return world.pick(overseas, (5, 4)) if world.maybe(0.9) else world.pick(europe)
    return world.pick(europe, (40, 32, 28)) if world.maybe(0.9) else world.pick(overseas)


def life(world: World, ticket: Ticket) -> Iterator[tuple[Kind, datetime, User | None]]:
    """What happens to a ticket, step by step; steps that lie ahead have not happened yet."""
    created, agent = ticket.created_at, ticket.agent
    yield Kind.CREATED, created, None
    if world.maybe(0.02):
        # Seen through late, sometimes after it was answered like any other.
        yield Kind.SPAM, created + timedelta(hours=world.around(20, 1.2)), agent
        if world.maybe(0.6):
            return
    if ticket.channel in (TicketChannel.CHAT, TicketChannel.WEB) and world.maybe(0.3):
        yield Kind.BOT_REPLY, created + timedelta(seconds=4), None
    replied = first_reply(world, ticket)
    yield Kind.ASSIGNED, created + (replied - created) * 0.4, agent
    yield Kind.AGENT_REPLY, replied, agent
    if world.maybe(0.012):
        return
    at = replied
    if world.maybe(0.06):
        yield Kind.ESCALATED, at + timedelta(minutes=30), agent
    if world.maybe(0.08):
        yield Kind.NOTE, at + timedelta(minutes=12), agent
    if world.maybe(0.38):
        at += timedelta(minutes=1)
        yield Kind.WAITING, at, agent
        at += timedelta(hours=world.around(11, 1.0))
        yield Kind.CUSTOMER_REPLY, at, None
        at = opened(world, at + timedelta(hours=world.around(2.5, 0.8)))
        yield Kind.AGENT_REPLY, at, agent
    slow = 2.2 if in_hump(world, world.days.of(created)) else 1.0
    quick = 0.15 if ticket.channel in (TicketChannel.PHONE, TicketChannel.CHAT) else 1.0
    solved = opened(world, at + timedelta(hours=world.around(7 * slow * quick, 1.1)))
    yield from solve(world, ticket, solved)


def solve(world: World, ticket: Ticket, solved: datetime) -> Iterator[tuple[Kind, datetime, User | None]]:
    agent = ticket.agent if world.maybe(0.94) else world.pick(world.agents)
    yield Kind.SOLVED, solved, agent
    if world.maybe(0.068):
        again = solved + timedelta(hours=3 + world.around(22, 0.8))
        yield Kind.CUSTOMER_REPLY, again, None
        yield Kind.REOPENED, again + timedelta(seconds=1), None
        reply = opened(world, again + timedelta(hours=world.around(2.4, 0.8)))
        yield Kind.AGENT_REPLY, reply, agent
        solved = opened(world, reply + timedelta(hours=world.around(9, 0.9)))
        yield Kind.SOLVED, solved, agent
    yield Kind.CLOSED, solved + timedelta(days=5), None


def first_reply(world: World, ticket: Ticket) -> datetime:
    """When a person first answers: slower in the hump, quicker as the team learns."""
    day = world.days.of(ticket.created_at)
    hours = WAIT[ticket.channel] * HASTE[ticket.priority] * (1.25 - 0.4 * world.days.share(day))
    if in_hump(world, day):
        hours *= 3.4
    if ticket.team is world.teams["Support Americas"]:
        hours *= 1.3
    return opened(world, ticket.created_at + timedelta(hours=world.around(hours, 0.9)))


def opened(world: World, moment: datetime) -> datetime:
    """The moment itself, or the next opening where it falls into the night or the weekend."""
    local = moment.astimezone(world.days.zone)
    if local.weekday() < 5 and 8 <= local.hour < 18:
        return moment
    ahead = 0 if local.hour < 8 and local.weekday() < 5 else max(1, 7 - local.weekday() if local.weekday() >= 4 else 1)
    midnight = world.days.midnight(local.date() + timedelta(days=ahead))
    return midnight + timedelta(hours=8, minutes=1 + world.around(40, 0.7))


def write_messages(world: World) -> None:
    """The words of the most recent tickets."""
    for _, events, _ in world.shelf["tickets"][-world.many(1000) :]:
        for event in events:
            for author_kind, author, body, is_public in words_of(world, event):
                world.add(
                    Message,
                    ticket=event.ticket,
                    author_kind=author_kind,
                    author=author,
                    body=body,
                    is_public=is_public,
                    at=event.at,
                )


def words_of(world: World, event: TicketEvent) -> Iterator[tuple[Author, User | None, str, bool]]:
    if event.kind == Kind.CREATED:
        yield Author.CUSTOMER, None, world.pick(QUESTIONS), True
    if event.kind == Kind.AGENT_REPLY:
        yield Author.AGENT, event.actor, world.pick(REPLIES), True
    if event.kind == Kind.CUSTOMER_REPLY:
        yield Author.CUSTOMER, None, world.pick(THANKS), True
    if event.kind == Kind.BOT_REPLY:
        yield Author.BOT, None, "Thank you, we have your message. A colleague will answer soon.", True
    if event.kind == Kind.NOTE:
        yield Author.AGENT, event.actor, world.pick(NOTES), False


def talk(world: World) -> None:
    """Calls, chats and mails about tickets, and the calls of the sellers."""
    answered = [row for row in world.shelf["tickets"] if row[0].replied_at]
    kinds = {TicketChannel.PHONE: InteractionKind.CALL, TicketChannel.CHAT: InteractionKind.CHAT}
    for ticket, events, account in world.pick_some(answered, world.many(3900)):
        reply = next(event for event in events if event.kind == Kind.AGENT_REPLY)
        kind = kinds.get(TicketChannel(ticket.channel), InteractionKind.EMAIL)
        speak(world, kind, reply.actor, reply.at, account, ticket=ticket)
    deals = [row for row in world.shelf["deals"] if row[1].contacts]
    for deal, account in world.pick_some(deals, world.many(1100)):
        at = deal.created_at + timedelta(days=world.around(4))
        speak(world, InteractionKind.CALL, deal.owner, at, account, purpose=Purpose.SALES, deal_id=deal.pk)


def speak(world: World, kind: InteractionKind, agent: User, at: datetime, account: Account, **more: Any) -> None:
    talk, hold, wrap = {"call": (290, 35, 75), "chat": (520, 0, 60), "email": (380, 0, 45)}[kind]
    slow = 1.25 if world.team_of[agent.pk] is world.teams["Support Americas"] else 1.0
    was_abandoned = kind != InteractionKind.EMAIL and world.maybe(0.045)
    seconds = (
        [0, int(world.around(40)), 0]
        if was_abandoned
        else [int(world.around(length * slow, 0.5)) if length else 0 for length in (talk, hold, wrap)]
    )
    ended_at = world.clip(at + timedelta(seconds=sum(seconds)))
    if ended_at:
        world.add(
            Interaction,
            kind=kind,
            customer=account.customer,
            agent=agent,
            team=world.team_of[agent.pk],
            talk_seconds=seconds[0],
            hold_seconds=seconds[1],
            wrap_seconds=seconds[2],
            ended_at=ended_at,
            was_abandoned=was_abandoned,
            **more,
        )
