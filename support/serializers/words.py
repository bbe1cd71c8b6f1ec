"""What the verbs of support are told."""

from rest_framework import serializers

from customers.doors import ScopedRelatedField, Words
from customers.models import Customer, User
from support.choices import Author
from support.models import Ticket


class AtWords(Words):
    at = serializers.DateTimeField(required=False, help_text="When it happened; now, if not told.")


class AssignWords(AtWords):
    agent = ScopedRelatedField(queryset=User.objects.filter(is_active=True))


class CustomerReplyWords(AtWords):
    body = serializers.CharField()


class ReplyWords(CustomerReplyWords):
    public = serializers.BooleanField(default=True, help_text="False for a note among ourselves.")
    author_kind = serializers.ChoiceField(
        choices=[(Author.AGENT, "Agent"), (Author.BOT, "Bot")],
        default=Author.AGENT,
        help_text="A bot's reply does not end the wait for a person.",
    )


class MergeTicketWords(AtWords):
    absorbed = ScopedRelatedField(queryset=Ticket.objects.all(), help_text="The ticket that goes into this one.")


class BookWords(AtWords):
    customer = ScopedRelatedField(queryset=Customer.objects.all())
