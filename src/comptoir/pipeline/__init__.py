"""THE DATA'S WAY, top to bottom. This is the only place where one stage starts the next.

    deposit → document → reading → rapprochement → proposed entry → entry → lettrage → missing list → FEC
    bank file, connection or EBICS → transactions → bank entries → rapprochement → …

Each function is one act, whole or not at all, and may be repeated: a job that runs twice leaves what it left once.

The way, a module a stage (what a module imports stands below it, held by import-linter):

    deposit      what comes is kept; mail_in and platform are deposits too
    reading      cut, read, proposed; deciding and arranging are what a person says over it
    statements   a long statement file is read by a job, and booked some days at a time
    bank         a statement comes in; connections bring movements by themselves, ebics fetches the statements
                 of many dossiers at once, and sorting gives each to its own
    merging      what was kept before the bank came, and its movements, are made one
    matching     rapprochement: pieces and transactions find each other
    booking      a transaction becomes an entry; entries are posted, corrected, validated (entries)
    lettering    both sides are posted: they are lettered
    missing      what no piece explains is asked for; answering is what people say instead of a piece
    noticing     who is to know is told, once a fact, by the ways that they chose
    talking      questions, answers and files between the firm and its client; talk_letters tells who does not look,
                 talk_replies takes what is answered by e-mail
    filing       files come into the shared folders, which folders arranges
    takeouts     a whole dossier is made to be taken away
    between      what every stage needs: one at a time in a company's books, and telling the screens

Beside it: dossiers, their years and the lock over them, shared folders, requests for documents and their letters, letters, reminders of what is missing, the portfolio's standings, and the upkeep that comes round.
"""

from comptoir.pipeline import (
    ebics,
    filing,
    noticing,
    sorting,
    statements,
    takeouts,
    talk_letters,
    talk_replies,
    talking,
)
from comptoir.pipeline.answering import (
    AccountWanted,
    accept_missing,
    answer_missing,
    answer_question,
    ask_client,
    close_question,
    end_series,
    end_waiver,
    follow,
    refuse_missing,
    set_asking,
    take_back_acceptance,
    waive,
    withdraw_answer,
)
from comptoir.pipeline.arranging import move, reclassify, say_who_paid, split, undo_cut, unite
from comptoir.pipeline.bank import doubt, import_statement
from comptoir.pipeline.between import NoSuchDoor, TooManyMails, WhenAllowed
from comptoir.pipeline.booking import assign, book, end_card, end_rule, place_rule, say_card, write_rule
from comptoir.pipeline.connections import (
    NoBridge,
    attach_feed,
    choose_bank_way,
    come_back,
    connect,
    detach_feed,
    disconnect,
    hear,
    visit,
    visit_banks,
)
from comptoir.pipeline.deciding import decide_duplicate, dismiss, reopen, set_claimant_account
from comptoir.pipeline.deposit import end_upload, hand_in, hand_in_all, hand_in_pages, hand_in_till, take_whole
from comptoir.pipeline.dossiers import (
    edit_file,
    lock_books,
    open_dossiers,
    open_import,
    open_year,
    remove_year,
    reopen_books,
)
from comptoir.pipeline.entries import post, reverse, take_back, validate, write
from comptoir.pipeline.filing import put_file
from comptoir.pipeline.folders import withdraw_file
from comptoir.pipeline.lettering import letter, settle, unletter
from comptoir.pipeline.letters import deliver, post_letter
from comptoir.pipeline.mail_in import open_mail, refuse_mail, release, take_mail
from comptoir.pipeline.matching import attach, detach, pair
from comptoir.pipeline.merging import merge_books, undo_merge
from comptoir.pipeline.missing import ask_missing, keep_up
from comptoir.pipeline.platform import fetch_from, fetch_invoices, say_status, send_status, set_mandates
from comptoir.pipeline.reading import correct, cut_now, propose_again, read, read_now
from comptoir.pipeline.reminders import NobodyLeft, NothingWanted, remind, remind_round, send_reminder
from comptoir.pipeline.requests import (
    answer_by_file,
    answer_request,
    ask_more,
    change_request,
    decide_requested,
    end_request,
    lists_of,
    reopen_request,
    send_request,
    take_back_answer,
    withdraw_requested,
)
from comptoir.pipeline.standings import stand, stand_later
from comptoir.pipeline.upkeep import remember, stamp_deposits

__all__ = [
    "AccountWanted",
    "NoBridge",
    "NoSuchDoor",
    "NobodyLeft",
    "NothingWanted",
    "TooManyMails",
    "WhenAllowed",
    "accept_missing",
    "answer_by_file",
    "answer_missing",
    "answer_question",
    "answer_request",
    "ask_client",
    "ask_missing",
    "ask_more",
    "assign",
    "attach",
    "attach_feed",
    "book",
    "change_request",
    "choose_bank_way",
    "close_question",
    "come_back",
    "connect",
    "correct",
    "cut_now",
    "decide_duplicate",
    "decide_requested",
    "deliver",
    "detach",
    "detach_feed",
    "disconnect",
    "dismiss",
    "doubt",
    "ebics",
    "edit_file",
    "end_card",
    "end_request",
    "end_rule",
    "end_series",
    "end_upload",
    "end_waiver",
    "fetch_from",
    "fetch_invoices",
    "filing",
    "follow",
    "hand_in",
    "hand_in_all",
    "hand_in_pages",
    "hand_in_till",
    "hear",
    "import_statement",
    "keep_up",
    "letter",
    "lists_of",
    "lock_books",
    "merge_books",
    "move",
    "noticing",
    "open_dossiers",
    "open_import",
    "open_mail",
    "open_year",
    "pair",
    "place_rule",
    "post",
    "post_letter",
    "propose_again",
    "put_file",
    "read",
    "read_now",
    "reclassify",
    "refuse_mail",
    "refuse_missing",
    "release",
    "remember",
    "remind",
    "remind_round",
    "remove_year",
    "reopen",
    "reopen_books",
    "reopen_request",
    "reverse",
    "say_card",
    "say_status",
    "say_who_paid",
    "send_reminder",
    "send_request",
    "send_status",
    "set_asking",
    "set_claimant_account",
    "set_mandates",
    "settle",
    "sorting",
    "split",
    "stamp_deposits",
    "stand",
    "stand_later",
    "statements",
    "take_back",
    "take_back_acceptance",
    "take_back_answer",
    "take_mail",
    "take_whole",
    "takeouts",
    "talk_letters",
    "talk_replies",
    "talking",
    "undo_cut",
    "undo_merge",
    "unite",
    "unletter",
    "validate",
    "visit",
    "visit_banks",
    "waive",
    "withdraw_answer",
    "withdraw_file",
    "withdraw_requested",
    "write",
    "write_rule",
]
