"""Keeping terms: after every settlement what is kept of them is brought to what the facts are."""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from fractions import Fraction

from django.utils import timezone

from metrics.failpoint import failpoint
from metrics.kept import Asked, Held, Known, caught_up, name_of, read_whole, recalled
from metrics.language import Leaf
from metrics.models import Finding, KeptTerm, Run, RunStep
from metrics.periods import Period
from metrics.reading import Slice, numbers_of

WEEK = timedelta(days=7)
MOST = 20  # stretches of a term found wrong that are written down


def renew(asked: Asked, run: Run) -> Counter[str]:
    """Bring what is kept of these terms, and over these stretches alone, to what the facts are now.

    How many moved, by the measure each term begins with.

    Each is read as a whole once a week, and in a rebuild; what is another than was kept is a finding.
    """
    asked = {leaf: stretches for leaf, stretches in asked.items() if stretches}
    numbers = numbers_of(m for leaf in asked for m in leaf.measures)
    names = {leaf: name_of(leaf, numbers) for leaf in asked}
    found = recalled(asked, numbers)
    told = caught_up(found, Slice(), numbers)
    due = {leaf for leaf, known in found.items() if known and _is_due(leaf, known.values(), run)}
    unknown = {
        leaf: [s for s in stretches if leaf in due or s not in told.get(leaf, {})] for leaf, stretches in asked.items()
    }
    whole = read_whole(unknown, numbers)
    failpoint("terms read")
    for leaf in due & told.keys():
        _compare(leaf, told[leaf], whole[leaf], run)
    same: list[int] = []
    other: list[KeptTerm] = []
    moved: Counter[str] = Counter()
    for leaf, stretches in asked.items():
        for stretch in stretches:
            known = found[leaf].get(stretch)
            if known is None or stretch in whole[leaf]:
                other.append(_kept(names[leaf], stretch, run, whole[leaf][stretch], timezone.now()))
            elif known.stretch != stretch or known.held != told[leaf][stretch]:
                other.append(_kept(names[leaf], stretch, run, told[leaf][stretch], known.read_at))
            else:
                same.append(known.pk)
                continue
            moved[leaf.measures[0].key] += 1
    KeptTerm.objects.filter(pk__in=same).update(run=run.pk)
    KeptTerm.objects.bulk_create(
        other,
        update_conflicts=True,
        unique_fields=["name", "start", "end"],
        update_fields=["run", "held", "packed", "read_at"],
        batch_size=20,  # A year of values takes some room.
    )
    KeptTerm.objects.filter(name__in=names.values(), run__lt=run.pk).delete()
    failpoint("terms kept")
    return moved


def forget(run: Run) -> None:
    """Drop what a finished run has not renewed: terms nobody asks for, or by another definition.

    Where a renewal failed, what was kept before still serves the next night.
    """
    if not run.steps.failed().filter(kind=RunStep.Kind.TERM).exists():
        KeptTerm.objects.filter(run__lt=run.pk).delete()


def _is_due(leaf: Leaf, known: Iterable[Known], run: Run) -> bool:
    """Each term has its day of the week, the same wherever it is kept, and is never left for more than one."""
    if run.kind == Run.Kind.REBUILD:
        return True
    read_at = min(one.read_at for one in known)
    is_its_day = zlib.crc32(leaf.in_words().encode()) % 7 == run.through.toordinal() % 7
    return timezone.now() - read_at >= WEEK or (is_its_day and timezone.localdate(read_at) < timezone.localdate())


def _compare(leaf: Leaf, told: Mapping[Period, Held], whole: Mapping[Period, Held], run: Run) -> None:
    wrong = [stretch for stretch, held in told.items() if held.terms != whole[stretch].terms]
    Finding.objects.bulk_create(
        Finding(
            run=run,
            kind=Finding.Kind.WEEKLY,
            about=leaf.measures[0].key,
            cell=f"{leaf.in_words()}, {stretch}"[:200],
            words="What was kept of it was not what its facts come to.",
            is_repaired=True,
        )
        for stretch in sorted(wrong)[:MOST]
    )


def _kept(name: str, stretch: Period, run: Run, held: Held, read_at: datetime) -> KeptTerm:
    return KeptTerm(
        name=name,
        start=stretch.start,
        end=stretch.end,
        run=run.pk,
        held={member: [_exact(term.amount), term.n] for member, term in held.terms.items()},
        packed=held.packed,
        read_at=read_at,
    )


def _exact(amount: Fraction) -> int | str:
    return amount.numerator if amount.denominator == 1 else str(amount)
