"""The two clinics we run: slots offered and kept, treatments, and medicine handed out."""

from collections import defaultdict
from datetime import datetime, timedelta

from crmsite.demo.world import World
from customers.choices import CustomerKind
from customers.models import Customer
from support.choices import AppointmentStatus
from support.models import AccessSample, Appointment, Fill, Treatment

CLINICS = {"Clinic Altona": ("Dr. Weiss", "Dr. Amari", "Dr. Lund"), "Clinic Schwabing": ("Dr. Rossi", "Dr. Brandt")}
MEDICINES = ("Metformin", "Ramipril", "Atorvastatin", "Levothyroxine")
Status = AppointmentStatus


def tell(world: World) -> None:
    world.shelf["visits to clinics"] = []
    patients = [a.customer for a in world.accounts if a.customer.kind == CustomerKind.PERSON] or [
        world.accounts[0].customer
    ]
    curve = world.days.curve()
    for _ in range(world.many(900)):
        slot(world, world.at(curve.draw(world.chance), 8, 17), patients)
    for ahead in range(1, world.many(60, 12)):
        slot(world, world.days.now + timedelta(hours=9 + 7 * ahead), patients)
    sample(world)
    for patient in world.pick_some(patients, world.many(150, 4)):
        treat(world, patient)
    world.save()


def slot(world: World, starts_at: datetime, patients: list[Customer]) -> None:
    starts_at = starts_at.replace(minute=starts_at.minute // 20 * 20, second=0)
    clinic = world.pick(tuple(CLINICS))
    offered_at = min(starts_at, world.days.now) - timedelta(days=14 + world.around(10))
    appointment = world.add(
        Appointment,
        clinic=clinic,
        provider=world.pick(CLINICS[clinic]),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=world.pick((20, 30, 40))),
        offered_at=offered_at,
    )
    is_over = starts_at <= world.days.now
    if not world.maybe(0.86 if is_over else 0.55):
        return
    appointment.customer = world.pick(patients)
    appointment.status = Status.BOOKED
    appointment.booked_at = offered_at + (min(starts_at, world.days.now) - offered_at) * world.chance.uniform(0.1, 0.9)
    if not is_over:
        return
    no_show = 0.09 if clinic == "Clinic Altona" else 0.15
    appointment.status = world.pick(
        (Status.NO_SHOW, Status.CANCELLED, Status.ATTENDED), (no_show, 0.09, 0.91 - no_show)
    )
    appointment.settled_at = min(appointment.ends_at, world.days.now)
    world.shelf["visits to clinics"].append(appointment)


def sample(world: World) -> None:
    """How far ahead the third open slot of each calendar lay on the mornings of the last half year."""
    slots: dict[tuple[str, str], list[Appointment]] = defaultdict(list)
    for slot in sorted(world.pending[Appointment], key=lambda one: one.starts_at):
        slots[slot.clinic, slot.provider].append(slot)
    for back in range(180):
        day = world.days.last - timedelta(days=back)
        morning = world.days.midnight(day)
        for (clinic, provider), calendar in slots.items():
            ahead = [slot for slot in calendar if slot.offered_at <= morning < slot.starts_at]
            free = [slot for slot in ahead if slot.booked_at is None or slot.booked_at > morning]
            if len(free) > 2:
                days = (world.days.of(free[2].starts_at) - day).days
                world.add(AccessSample, on=day, clinic=clinic, provider=provider, days=days)


def treat(world: World, patient: Customer) -> None:
    """Somebody takes a medicine for a long time; some fetch it late."""
    starts_on = world.days.first + timedelta(days=int(world.chance.random() * world.days.count * 0.7))
    clinic = world.pick(tuple(CLINICS))
    treatment = world.add(
        Treatment,
        customer=patient,
        name=world.pick(MEDICINES),
        clinic=clinic,
        provider=world.pick(CLINICS[clinic]),
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=360) if world.maybe(0.4) else None,
    )
    day, careless = starts_on, 14 if world.maybe(0.3) else 2
    while day <= min(world.days.last, treatment.ends_on or world.days.last):
        days = world.pick((30, 60, 90), (50, 20, 30))
        world.add(Fill, treatment=treatment, filled_on=day, days=days)
        day += timedelta(days=days + int(world.chance.random() * careless * 2))
