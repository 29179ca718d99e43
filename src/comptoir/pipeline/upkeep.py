"""What comes round by itself: nothing lost stays lost, nothing old stays for ever."""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from comptoir.gateways import timestamp as timestamp_authority
from comptoir.lib import tenancy
from comptoir.pipeline.deposit import end_upload
from comptoir.pipeline.mail_in import open_later
from comptoir.pipeline.platform import TRIED_AGAIN, send_later
from comptoir.pipeline.reading import read_later
from comptoir.pipeline.statements import read_statement_later
from comptoir.pipeline.talk_replies import open_reply_later
from comptoir.records.accounts import actions as accounts
from comptoir.records.banking import sent, stored
from comptoir.records.conversations import actions as conversations
from comptoir.records.conversations import replies
from comptoir.records.deposits import stamps, uploads
from comptoir.records.einvoices import queries as einvoices_of
from comptoir.records.firms import retention
from comptoir.records.inbox import queries as inbox_of
from comptoir.records.readings import queries as read_values

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=5)
"""How long a piece may wait without a job before its job is taken for lost."""


@app.periodic(cron="* * * * *")
@app.task(queue="reading", name="rescue")
async def rescue(timestamp: int) -> None:
    """A worker that was killed leaves its piece *en lecture*: given back to the queue within two minutes."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=60):
        await app.job_manager.retry_job(job)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="reading", name="remember")
def remember(timestamp: int) -> None:
    """A piece whose job was lost, whatever the reason, is queued again: none stays *reçue* for ever."""
    for firm_id in tenancy.every_firm():
        with tenancy.within(firm_id):
            for document in read_values.forgotten(before=timezone.now() - PATIENCE):
                read_later(document)
            for mail_row in inbox_of.unopened(before=timezone.now() - PATIENCE):
                open_later(mail_row)
            for reply in replies.unopened(before=timezone.now() - PATIENCE):
                open_reply_later(reply)
            for file in sent.forgotten(before=timezone.now() - PATIENCE):
                read_statement_later(file)
            for upload in uploads.arrived(before=timezone.now() - PATIENCE):
                end_upload(upload=upload, at=timezone.now())
            now = timezone.now()
            for status in einvoices_of.unsent(said_before=now - PATIENCE, tried_before=now - TRIED_AGAIN):
                send_later(status)


@app.periodic(cron="17 3 * * *")
@app.task(queue="mail", name="sweep")
def sweep(timestamp: int) -> None:
    """Every night: sessions that have expired go, and uploads that nobody came back for, but where a hold stops deletions."""
    accounts.forget_closed_sessions()
    for firm_id in tenancy.every_firm():
        with tenancy.within(firm_id):
            held = list(retention.held_among(firm_id))
            uploads.forget_old(before=timezone.now() - uploads.KEPT, but=held)
            conversations.forget_unsent(before=timezone.now() - uploads.KEPT, but=held)
            stored.sweep(firm_id, before=timezone.now() - uploads.KEPT)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="mail", name="stamp_deposits")
def stamp_deposits(timestamp: int) -> None:
    """Have the last seal of each deposit log stamped, where an authority is set; what fails is asked again next time."""
    authority = settings.TIMESTAMP
    if authority is None:
        return
    for firm_id in tenancy.every_firm():
        with tenancy.within(firm_id):
            lines = stamps.unstamped()
        for line in lines:
            try:
                token = authority.stamp(stamps.said(line.seal))
            except (timestamp_authority.Unreachable, timestamp_authority.NotAStamp) as fault:
                log.warning("time-stamp of %s: %s", authority.name, fault or type(fault).__name__)
                return
            try:
                with tenancy.within(line.firm_id, line.company_id):
                    stamps.keep(arrival=line, token=token, authority=authority)
            except timestamp_authority.NotAStamp as fault:
                # The clock was wrong at this one deposit: other dossiers are stamped all the same.
                log.warning("time-stamp of %s: %s", authority.name, fault)
