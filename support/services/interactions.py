"""The time a call, chat or mail took."""

from datetime import datetime

from django.db import transaction

from support.choices import Purpose
from support.models import Interaction
from support.services.change import moment, team_of


@transaction.atomic
def log_interaction(interaction: Interaction, *, at: datetime | None = None) -> Interaction:
    """Record an agent's own leg of a call, chat or mail; `at` is the end of its wrap-up, the day it counts on."""
    interaction.ended_at = moment(at or interaction.ended_at)
    if interaction.deal_id:
        interaction.purpose = Purpose.SALES
    if interaction.ticket and not interaction.customer:
        interaction.customer = interaction.ticket.customer
    if interaction.agent and not interaction.team:
        interaction.team = team_of(interaction.agent, at=interaction.ended_at)
    interaction.full_clean()
    interaction.save()
    return interaction
