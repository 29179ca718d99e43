"""The letters that this product writes itself: rendered here, kept in the outbox, delivered after the commit."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from comptoir import pipeline
from comptoir.lib.english import FRENCH, speaking
from comptoir.records.firms import invitations
from comptoir.records.firms.models import Invitation, Person
from comptoir.records.mail.actions import Message
from comptoir.web.public_address import absolute


def send_invitation(request: HttpRequest, invitation: Invitation, *, by: Person, at: datetime) -> None:
    """Write to who is invited: who invites, where, under which login, and one button.

    Raises `invitations.NoLongerOpen`, `invitations.JustSent`.
    """
    token = invitations.send(invitation=invitation, by=by, at=at)
    context = {
        "invitation": invitation,
        "firm": invitation.firm,
        "by": by,
        "link": absolute(request, reverse("invitation", args=[token])),
        "home": absolute(request, "/"),
        "guide": absolute(request, reverse("guide")),
    }
    where = (
        f"dans l’espace {invitation.company.name}" if invitation.company else f"à rejoindre {invitation.firm.name}"
    )
    # Who is invited has chosen no language yet; who invites has, and that is theirs alone.
    with speaking(FRENCH):
        message = Message(
            to=invitation.email,
            subject=f"{by.full_name} vous invite {where}",
            text=render_to_string("mail/invitation_message.txt", context),
            html=render_to_string("mail/invitation_message.html", context),
            sender=invitation.firm.sender,
            reply_to=by.email,
        )
    pipeline.post_letter(message, at=at, firm_id=invitation.firm_id, company_id=invitation.company_id)
