"""Every address: one resource for each fact, verbs only by method."""

from django.conf import settings
from django.urls import URLPattern, include, path

from comptoir.api import webhooks
from comptoir.web import (
    addresses,
    arranging,
    bulk,
    files,
    folder_files,
    notices,
    onward,
    people,
    sending,
    takeouts,
    talk_acts,
    talk_writing,
    talks,
)
from comptoir.web.account import phones
from comptoir.web.client import answering as client_answering
from comptoir.web.client import bank as client_bank
from comptoir.web.client import brand as client_brand
from comptoir.web.client import expenses, till, welcome
from comptoir.web.client import folders as client_folders
from comptoir.web.client import missing as client_missing
from comptoir.web.client import requests as client_requests
from comptoir.web.client import settings as client_settings
from comptoir.web.client import views as client
from comptoir.web.firm import (
    agenda,
    assigning,
    bank,
    bank_board,
    bank_cards,
    bank_connections,
    bank_mandates,
    bank_merging,
    books,
    branding,
    client_invitations,
    ebics,
    einvoices,
    file,
    folder_bin,
    folder_settings,
    folders,
    importing,
    lettering,
    missing,
    missing_acts,
    missing_everywhere,
    missing_settings,
    models,
    palette,
    periods,
    portfolio,
    reconciling,
    reminders,
    request_models,
    requests,
    retention,
    review,
    rules,
    saved_views,
    settings_home,
    statement_columns,
    statement_twice,
    viewing,
)
from comptoir.web.firm import settings as firm
from comptoir.web.firm import talks as firm_talks
from comptoir.web.shell import help as guide
from comptoir.web.shell import joining, phone
from comptoir.web.shell import reminders as reminder_links
from comptoir.web.shell import views as shell
from comptoir.web.shell.styleguide import styleguide


def _desk(side: str, name: str) -> list[URLPattern]:
    """The people of a space, from one side: the same acts at the same addresses."""
    given = {"side": side}
    return [
        path("", people.screen, given, name=name),
        path("<uuid:membership_id>/role", people.change_role, given, name=f"{name}_role"),
        path("<uuid:membership_id>/compte", people.set_account, given, name=f"{name}_account"),
        path("<uuid:membership_id>/depart", people.leave, given, name=f"{name}_leave"),
        path("invitations/<uuid:invitation_id>/envoi", people.send, given, name=f"{name}_send"),
        path("invitations/<uuid:invitation_id>/revocation", people.revoke, given, name=f"{name}_revoke"),
    ]


def _shared(side: str, top: str) -> list[URLPattern]:
    """What both sides do with shared files: take them home, whole folders too, and look at their pages."""
    given, one = {"side": side}, f"{top}<slug:folder>"
    return [
        path(f"{one}/archive.zip", folder_files.whole, given, name=f"{side}_folder_zip"),
        path(
            f"{one}/dans/<uuid:subfolder_id>/archive.zip", folder_files.whole, given, name=f"{side}_subfolder_zip"
        ),
        path(f"{one}/<uuid:file_id>", folder_files.shared, given, name=f"{side}_shared_file"),
        path(f"{one}/<uuid:file_id>/apercu/<int:number>", folder_files.page, given, name=f"{side}_file_page"),
    ]


def _talks(side: str) -> list[URLPattern]:
    """The *Messagerie* of a dossier, from one side: the same acts at the same addresses."""
    given = {"side": side}
    one = "<uuid:conversation_id>"
    return [
        path("messagerie/", talks.screen, given, name=f"{side}_messages"),
        path("messagerie/compte", talks.badge, given, name=f"{side}_messages_badge"),
        path("messagerie/choix", talk_writing.choices, given, name=f"{side}_talk_choices"),
        path("messagerie/nouvelle", talks.new, given, name=f"{side}_new_talk"),
        path("messagerie/nouvelle/brouillon", talk_writing.new_draft, given, name=f"{side}_new_draft"),
        path("messagerie/fichiers/<uuid:attachment_id>", talk_acts.attachment, given, name=f"{side}_talk_file"),
        path(f"messagerie/{one}/", talks.conversation, given, name=f"{side}_conversation"),
        path(f"messagerie/{one}/brouillon", talk_writing.draft, given, name=f"{side}_draft"),
        path(f"messagerie/{one}/lecture", talk_acts.read, given, name=f"{side}_read"),
        path(f"messagerie/{one}/lecture/retrait", talk_acts.unread, given, name=f"{side}_unread"),
        path(f"messagerie/{one}/reglement", talk_acts.treat, given, name=f"{side}_treat"),
        path(f"messagerie/{one}/participants", talk_acts.invite, given, name=f"{side}_talk_invite"),
        path(
            f"messagerie/{one}/participants/<uuid:part_id>/retrait",
            talk_acts.let_go,
            given,
            name=f"{side}_talk_leave",
        ),
    ]


def _takeouts(side: str) -> list[URLPattern]:
    """Taking a whole dossier away, from one side."""
    given = {"side": side}
    return [
        path("export/", takeouts.screen, given, name=f"{side}_takeout"),
        path("export/<uuid:takeout_id>.zip", takeouts.file, given, name=f"{side}_takeout_file"),
    ]


def _notices(side: str) -> list[URLPattern]:
    """What a person was told, in a company's space or in the firm: the same acts at the same addresses."""
    return [
        path("avis/", notices.screen, name=f"{side}_notices"),
        path("avis/cloche", notices.bell, name=f"{side}_bell"),
        path("avis/panneau", notices.panel, name=f"{side}_notice_panel"),
        path("avis/nouveautes", notices.news, name=f"{side}_notice_news"),
        path("avis/lus", notices.read_all, name=f"{side}_notices_read"),
        path("avis/<uuid:notice_id>/lu", notices.mark, name=f"{side}_notice"),
    ]


_client = [
    path("bienvenue/", welcome.screen, name="client_welcome"),
    path("", client.home, name="client_home"),
    path("pieces/", client.documents, name="client_documents"),
    path("adresses/", addresses.screen, name="deposit_addresses"),
    path("adresses/contacts.vcf", addresses.card, name="deposit_card"),
    path("adresses/expediteurs", addresses.authorise, name="sender_authorise"),
    path("adresses/expediteurs/<uuid:sender_id>/retrait", addresses.withdraw, name="sender_withdraw"),
    path("adresses/messages/<uuid:mail_id>/acceptation", addresses.release, name="mail_release"),
    path("adresses/messages/<uuid:mail_id>/refus", addresses.refuse, name="mail_refuse"),
    path("envois/", sending.begin, name="uploads"),
    path("envois/ensemble/", sending.together, name="uploads_together"),
    path("envois/<uuid:upload_id>", sending.upload, name="upload"),
    path("envois/<uuid:upload_id>/mot-de-passe", sending.unlock, name="upload_unlock"),
    path("notes-de-frais/", expenses.screen, name="client_expenses"),
    path("z-de-caisse/", till.screen, name="client_till"),
    path("pieces/telechargement", bulk.download, name="pieces_download"),
    path("pieces/nature", bulk.reclassify, name="pieces_reclassify"),
    path("pieces/<uuid:document_id>/", client.document, name="client_document"),
    path("pieces/<uuid:document_id>/decoupe/", arranging.desk, name="arrange"),
    path("pieces/<uuid:document_id>/decoupe/annulation", arranging.undo, name="arrange_undo"),
    path("pieces/<uuid:document_id>/decoupe/reunion", arranging.unite, name="arrange_unite"),
    path("pieces/<uuid:document_id>/decoupe/<int:number>", arranging.proposed, name="proposed_page"),
    path("pieces/<uuid:document_id>/original", files.original, name="original"),
    path("pieces/<uuid:document_id>/lisible", files.readable, name="readable"),
    path("pieces/<uuid:document_id>/pages/<int:number>", files.page, name="page"),
    path("pieces/<uuid:document_id>/pages/<int:number>/texte", files.page_text, name="page_text"),
    path("pieces/<uuid:document_id>/pages/<int:number>/vignette", files.small_page, name="small_page"),
    path("pieces/<uuid:document_id>/vignette", files.thumbnail, name="thumbnail"),
    path("manquantes/", client_missing.screen, name="client_missing"),
    path("manquantes/compte", client_missing.badge, name="client_missing_badge"),
    path("manquantes/export/<slug:form>", client_missing.export, name="client_missing_export"),
    path("manquantes/questions/<uuid:question_id>/reponse", client_answering.reply, name="client_reply"),
    path("manquantes/<uuid:transaction_id>/reponse", client_answering.answer, name="client_answer"),
    path("manquantes/<uuid:transaction_id>/reponse/retrait", client_answering.withdraw, name="client_answer_end"),
    path("manquantes/<uuid:transaction_id>/choix", client_missing.choices, name="client_choices"),
    path("manquantes/<uuid:transaction_id>/piece", client_missing.attach, name="client_attach"),
    path(
        "manquantes/<uuid:transaction_id>/piece/<uuid:document_id>/retrait",
        client_missing.detach,
        name="client_detach",
    ),
    path("banque/", client_bank.screen, name="client_bank"),
    path("banque/export", client_bank.export, name="client_bank_export"),
    path("banque/connexion", client_bank.connect, name="client_connect_bank"),
    path("banque/retour", client_bank.come_back, name="client_bank_return"),
    path("banque/connexions/<uuid:connection_id>/renouvellement", client_bank.repair, name="client_repair_bank"),
    path("banque/connexions/<uuid:connection_id>/fin", client_bank.disconnect, name="client_disconnect_bank"),
    path("banque/<uuid:account_id>/releves", client_bank.import_statement, name="client_import"),
    path("dossiers/", client_folders.screen, name="client_folders"),
    path("dossiers/<slug:folder>/", client_folders.folder, name="client_folder"),
    path("dossiers/<slug:folder>/dans/<uuid:subfolder_id>/", client_folders.folder, name="client_subfolder"),
    path("dossiers/<slug:folder>/<uuid:file_id>/fiche", client_folders.sheet, name="client_file_sheet"),
    path("dossiers/<slug:folder>/<uuid:file_id>/retrait", client_folders.take_back, name="client_take_back_file"),
    path(
        "dossiers/<slug:folder>/<uuid:file_id>/retrait/annulation",
        client_folders.undo_taking_back,
        name="client_undo_take_back",
    ),
    *_shared("client", "dossiers/"),
    path("demandes/", client_requests.screen, name="client_requests"),
    path("demandes/compte", client_requests.badge, name="client_requests_badge"),
    path("demandes/<uuid:request_id>/", client_requests.one, name="client_request"),
    path("demandes/documents/<uuid:item_id>/fichiers", client_requests.give, name="client_request_give"),
    path("demandes/documents/<uuid:item_id>/reponse", client_requests.answer, name="client_request_answer"),
    path("demandes/reponses/<uuid:answer_id>/retrait", client_requests.take_back, name="client_request_back"),
    path("cabinet/couleurs.css", client_brand.colours, name="client_firm_colours"),
    path("cabinet/logo.png", client_brand.logo, name="client_firm_logo"),
    path("plus/", client.more, name="client_more"),
    path("parametres/", client_settings.screen, name="client_settings"),
    *_talks("client"),
    *_takeouts("client"),
    *_notices("client"),
]

_cabinet = [
    *_notices("firm"),
    path("a-faire/", agenda.screen, name="firm_agenda"),
    path("messagerie/", firm_talks.screen, name="firm_talks"),
    path("messagerie/compte", firm_talks.badge, name="firm_talks_badge"),
    path("messagerie/reglages/", firm_talks.messaging, name="firm_messaging"),
    path("parametres/", settings_home.screen, name="firm_settings"),
    path("confidentialite/", firm.confidentiality, name="firm_confidentiality"),
    path("identite/", branding.screen, name="firm_branding"),
    path("identite/logo.png", branding.logo, name="firm_logo"),
    path("conservation/", retention.screen, name="firm_retention"),
    path("journal/", firm.log, name="firm_audit"),
    path("journal/export", firm.export_log, name="firm_audit_export"),
    path("banques/", bank_board.screen, name="firm_banks"),
    path("manquantes/", missing_everywhere.screen, name="firm_missing_everywhere"),
    path("manquantes/relances", reminders.remind_several, name="firm_remind_several"),
    path("relances/", reminders.plan, name="firm_reminders"),
    path("demandes/", requests.everywhere, name="firm_demands_everywhere"),
    path("demandes/listes/", request_models.screen, name="firm_request_models"),
    path("demandes/listes/<slug:key>/", request_models.edit, name="firm_request_model"),
    path("demandes/listes/<slug:key>/retrait", request_models.end, name="firm_request_model_end"),
    path("mandats/", einvoices.mandates, name="firm_mandates"),
    path("ebics/", ebics.screen, name="firm_ebics"),
    path("ebics/<uuid:contract_id>/", ebics.contract, name="firm_ebics_contract"),
    path("ebics/<uuid:contract_id>/lettres.pdf", ebics.letters, name="firm_ebics_letters"),
    path("ebics/<uuid:contract_id>/envoi", ebics.send_keys, name="firm_ebics_send"),
    path("ebics/<uuid:contract_id>/periode", ebics.ask_period, name="firm_ebics_period"),
    path("ebics/<uuid:contract_id>/activation", ebics.read_bank_keys, name="firm_ebics_activation"),
    path("ebics/<uuid:contract_id>/empreintes", ebics.trust, name="firm_ebics_trust"),
    path("ebics/<uuid:contract_id>/releves", ebics.fetch, name="firm_ebics_fetch"),
    path("ebics/<uuid:contract_id>/renouvellement", ebics.renew, name="firm_ebics_renewal"),
    path("ebics/<uuid:contract_id>/suspension", ebics.suspend, name="firm_ebics_suspension"),
    path("ebics/<uuid:contract_id>/reprise", ebics.begin_again, name="firm_ebics_again"),
    path("ebics/releves/<uuid:carried_id>/rattachement", ebics.attach, name="firm_ebics_attach"),
    path("courrier/", firm.letters, name="firm_outbox"),
    path("courrier/<uuid:letter_id>/", firm.letter, name="firm_outbox_letter"),
]

_SHELF = "dossiers-partages/<slug:folder>"
_SUBFOLDER = f"{_SHELF}/dans/<uuid:subfolder_id>"
_TREATED = "messagerie/<uuid:conversation_id>"
_FIRM = {"side": "firm"}

_dossier = [
    *_talks("firm"),
    *_takeouts("firm"),
    path(f"{_TREATED}/reouverture", talk_acts.leave_open, _FIRM, name="firm_leave_open"),
    path(f"{_TREATED}/affectation", talk_acts.assign, _FIRM, name="firm_talk_assign"),
    path(f"{_TREATED}/report", talk_acts.snooze, _FIRM, name="firm_snooze"),
    path("dossier-permanent/conservation", retention.dossier, name="firm_dossier_retention"),
    path("dossier-permanent/suspension", retention.hold, name="firm_hold"),
    path("dossier-permanent/suspension/levee", retention.lift, name="firm_hold_lift"),
    path("dossier-permanent/messagerie", firm_talks.dossier_messaging, name="firm_dossier_messaging"),
    path("vue-client/", viewing.viewing, name="firm_viewing"),
    path("vue-client/fin", viewing.end, name="firm_viewing_end"),
    path("pieces/", review.documents, name="firm_documents"),
    path("pieces/mise-a-l-ecart", bulk.dismiss, name="pieces_dismiss"),
    path("pieces/deplacement", bulk.move, name="pieces_move"),
    path("production/", review.queue, name="firm_production"),
    path("production/<uuid:document_id>/", review.review, name="firm_review"),
    path("production/<uuid:document_id>/valeurs", review.correct, name="firm_correct"),
    path("production/<uuid:document_id>/comptabilisation", review.post, name="firm_post"),
    path("production/<uuid:document_id>/mise-a-l-ecart", review.dismiss, name="firm_dismiss"),
    path(
        "production/<uuid:document_id>/doublons/<uuid:resemblance_id>",
        review.decide_duplicate,
        name="firm_decide_duplicate",
    ),
    path("production/<uuid:document_id>/payeur", review.say_who_paid, name="firm_who_paid"),
    path("production/<uuid:document_id>/reprise", review.reopen, name="firm_reopen"),
    path("production/<uuid:document_id>/brouillon", review.take_back, name="firm_take_back"),
    path("production/<uuid:document_id>/statuts", review.answer, name="firm_answer"),
    path("factures-electroniques/", einvoices.screen, name="firm_einvoices"),
    path("factures-electroniques/mandat", einvoices.mandate, name="firm_mandate"),
    path("banque/", bank.screen, name="firm_bank"),
    path("banque/<uuid:account_id>/releves", bank.import_statement, name="firm_import"),
    path("banque/<uuid:account_id>/rapprochement/", reconciling.screen, name="firm_reconciling"),
    path("banque/releves/<uuid:unread_id>/", statement_columns.screen, name="firm_statement_columns"),
    path("banque/releves/<uuid:unread_id>/abandon", statement_columns.discard, name="firm_discard_statement"),
    path("banque/releves/<uuid:unread_id>/doublons", statement_twice.screen, name="firm_statement_twice"),
    path("banque/voie", bank_connections.choose, name="firm_bank_way"),
    path("banque/comptes-connectes/<uuid:feed_id>/rattachement", bank_connections.attach, name="firm_attach_feed"),
    path("banque/comptes-connectes/<uuid:feed_id>/arret", bank_connections.detach, name="firm_detach_feed"),
    path("banque/<uuid:account_id>/mandat", bank_mandates.say, name="firm_bank_mandate"),
    path("banque/<uuid:account_id>/mandat.pdf", bank_mandates.paper, name="firm_bank_mandate_paper"),
    path("banque/cartes", bank_cards.say, name="firm_say_card"),
    path("banque/cartes/<uuid:account_id>/fin", bank_cards.end, name="firm_end_card"),
    path("banque/<uuid:account_id>/fusion/", bank_merging.screen, name="firm_bank_merging"),
    path("banque/fusions/<uuid:merge_id>/fin", bank_merging.undo, name="firm_undo_merge"),
    path("banque/regles", rules.write, name="firm_write_rule"),
    path("banque/regles/", rules.screen, name="firm_rules"),
    path("banque/regles/nouvelle", rules.new, name="firm_new_rule"),
    path("banque/regles/essai", rules.rehearse, name="firm_rehearsal"),
    path("banque/regles/refus", rules.dismiss, name="firm_dismiss_rule"),
    path("banque/regles/<uuid:rule_id>/", rules.edit, name="firm_rule"),
    path("banque/regles/<uuid:rule_id>/essai", rules.rehearse, name="firm_rule_rehearsal"),
    path("banque/regles/<uuid:rule_id>/fin", rules.end, name="firm_end_rule"),
    path("banque/regles/<uuid:rule_id>/place", rules.place, name="firm_place_rule"),
    path("banque/ecritures/<uuid:entry_id>/affectation", bank.assign, name="firm_assign"),
    path("ecritures/", books.entries, name="firm_entries"),
    path("lettrage/", lettering.screen, name="firm_lettering"),
    path("lettrage/lettres", lettering.letter, name="firm_letter"),
    path("lettrage/lettres/<uuid:lettrage_id>/retrait", lettering.unletter, name="firm_unletter"),
    path("manquantes/", missing.screen, name="firm_missing"),
    path("manquantes/export/<slug:form>", missing.export, name="firm_missing_export"),
    path("manquantes/relances", reminders.remind, name="firm_remind"),
    path("manquantes/relances/reglages", missing_settings.own_plan, name="firm_own_reminders"),
    path("manquantes/reglages/", missing_settings.screen, name="firm_missing_settings"),
    path("manquantes/sans-demande/<uuid:waiver_id>/fin", missing_settings.end_waiver, name="firm_waiver_end"),
    path("manquantes/series/<uuid:series_id>/fin", missing_settings.end_series, name="firm_series_end"),
    path("manquantes/questions/<uuid:question_id>/cloture", missing_acts.close, name="firm_question_close"),
    path("manquantes/<uuid:transaction_id>/acceptation", missing_acts.accept, name="firm_accept_missing"),
    path(
        "manquantes/<uuid:transaction_id>/acceptation/retrait", missing_acts.take_back, name="firm_acceptance_end"
    ),
    path("manquantes/<uuid:transaction_id>/refus", missing_acts.refuse, name="firm_refuse_missing"),
    path("manquantes/<uuid:transaction_id>/sans-demande", missing_acts.waive, name="firm_waive"),
    path("manquantes/<uuid:transaction_id>/questions", missing_acts.ask, name="firm_ask"),
    path("production/<uuid:document_id>/questions", missing_acts.ask_about_piece, name="firm_ask_about_piece"),
    path("demandes/", requests.screen, name="firm_demands"),
    path("demandes/nouvelle", requests.new, name="firm_new_demand"),
    path("demandes/<uuid:request_id>/", requests.one, name="firm_demand"),
    path("demandes/<uuid:request_id>/documents", requests.add, name="firm_demand_add"),
    path("demandes/<uuid:request_id>/relance", requests.remind, name="firm_demand_remind"),
    path("demandes/<uuid:request_id>/cloture", requests.end, name="firm_demand_end"),
    path("demandes/<uuid:request_id>/reouverture", requests.reopen, name="firm_demand_reopen"),
    path("demandes/documents/<uuid:item_id>/decision", requests.decide, name="firm_demand_decide"),
    path("demandes/documents/<uuid:item_id>/retrait", requests.withdraw, name="firm_demand_withdraw"),
    path("dossiers-partages/", folders.screen, name="firm_folders"),
    path("dossiers-partages/corbeille/", folder_bin.screen, name="firm_bin"),
    path("dossiers-partages/corbeille/<uuid:thing_id>/restauration", folder_bin.restore, name="firm_restore"),
    path(f"{_SHELF}/", folders.folder, name="firm_folder"),
    path(f"{_SHELF}/reglages", folder_settings.access, name="firm_folder_access"),
    path(f"{_SHELF}/sous-dossiers", folder_settings.make, name="firm_make_folder"),
    path(f"{_SUBFOLDER}/", folders.folder, name="firm_subfolder"),
    path(f"{_SUBFOLDER}/reglages", folder_settings.arrange, name="firm_arrange_folder"),
    path(f"{_SUBFOLDER}/visibilite", folder_settings.access, name="firm_subfolder_access"),
    path(f"{_SUBFOLDER}/sous-dossiers", folder_settings.make, name="firm_make_subfolder"),
    path(f"{_SUBFOLDER}/retrait", folder_bin.withdraw_folder, name="firm_withdraw_folder"),
    path(f"{_SHELF}/<uuid:file_id>/fiche", folders.sheet, name="firm_file_sheet"),
    path(f"{_SHELF}/<uuid:file_id>/retrait", folder_bin.withdraw, name="firm_withdraw_file"),
    path(f"{_SHELF}/<uuid:file_id>/piece", folders.hand_in, name="firm_file_to_piece"),
    *_shared("firm", "dossiers-partages/"),
    path("production/<uuid:document_id>/copie", folders.copy_piece, name="firm_copy_piece"),
    path("exercices/", books.years, name="firm_years"),
    path("exercices/ouverture", periods.open_year, name="firm_open_year"),
    path("exercices/verrou", periods.lock, name="firm_lock"),
    path("exercices/reouverture", periods.reopen, name="firm_reopen_books"),
    path("exercices/<uuid:year_id>/cloture", periods.move_closing, name="firm_move_closing"),
    path("exercices/<uuid:year_id>/retrait", periods.remove_year, name="firm_remove_year"),
    path("exercices/<uuid:year_id>/validation", books.validate, name="firm_validate"),
    path("exercices/<uuid:year_id>/a-valider", books.to_validate, name="firm_to_validate"),
    path("ecritures/<uuid:entry_id>/extourne", books.reverse, name="firm_reverse"),
    path("exercices/<uuid:year_id>/fec", books.export_fec, name="firm_fec"),
    path("tenue", assigning.keep_up, name="firm_keep_up"),
    path("dossier-permanent/", file.screen, name="firm_file"),
    path("dossier-permanent/contacts", file.add_contact, name="firm_contacts"),
    path("dossier-permanent/contacts/<uuid:contact_id>", file.edit_contact, name="firm_contact"),
    path("dossier-permanent/contacts/<uuid:contact_id>/retrait", file.remove_contact, name="firm_contact_end"),
    path("dossier-permanent/interlocuteurs", file.show_interlocutors, name="firm_interlocutors"),
    path("dossier-permanent/comptes", file.write_chart, name="firm_chart"),
    path("dossier-permanent/demandes", file.request_documents, name="firm_requests"),
    path("dossier-permanent/demandes/<uuid:item_id>", file.tick, name="firm_request"),
    path("dossier-permanent/demandes/<uuid:item_id>/retrait", file.withdraw_request, name="firm_request_end"),
]

_portfolio = [
    path("", portfolio.home, name="portfolio"),
    path("portefeuille.csv", portfolio.export, name="portfolio_export"),
    path("affectations", assigning.assign, name="portfolio_assign"),
    path("affectations/fin", assigning.unassign, name="portfolio_unassign"),
    path("invitations", client_invitations.invite_all, name="portfolio_invite"),
    path("dossiers/", portfolio.open_dossier, name="open_dossier"),
    path("dossiers/<uuid:company_id>/", assigning.dossier, name="portfolio_dossier"),
    path("dossiers/<uuid:company_id>/prise", assigning.take, name="portfolio_take"),
    path("dossiers/<uuid:company_id>/rendu", assigning.hand_back, name="portfolio_hand_back"),
    path("vues", saved_views.save, name="portfolio_save_view"),
    path("vues/<uuid:view_id>/nom", saved_views.rename, name="portfolio_rename_view"),
    path("vues/<uuid:view_id>/ouverture", saved_views.open_with, name="portfolio_open_with_view"),
    path("vues/<uuid:view_id>/retrait", saved_views.forget, name="portfolio_forget_view"),
    path("aller", palette.choices, name="palette"),
]

_import = [
    path("", importing.screen, name="import_dossiers"),
    path("modele.csv", importing.template_csv, name="import_csv"),
    path("modele.xlsx", importing.template_xlsx, name="import_xlsx"),
    path("<uuid:import_id>/", importing.preview, name="import_preview"),
    path("<uuid:import_id>/a-corriger.csv", importing.faulty, name="import_faulty"),
    path("<uuid:import_id>/ouverture", importing.open_all, name="import_opening"),
    path("<uuid:import_id>/abandon", importing.discard, name="import_discard"),
]

urlpatterns = [
    path("", shell.home, name="home"),
    path("premier-pas/", shell.first_run, name="first_run"),
    path("espaces/", shell.spaces, name="spaces"),
    path("suite/", onward.go, name="onward"),
    path("sante/", shell.health, name="health"),
    path("page-de-separation.pdf", arranging.separator, name="separator"),
    path("apparence/", client.theme, name="theme"),
    path("compte/", include("comptoir.web.account.urls")),
    path("c/<uuid:company_id>/", include(_client)),
    path("cabinet/<uuid:firm_id>/", include(_portfolio)),
    path("cabinet/<uuid:firm_id>/dossiers/import/", include(_import)),
    path("cabinet/<uuid:firm_id>/modeles/", models.screen, name="firm_models"),
    path("cabinet/<uuid:firm_id>/modeles/<uuid:model_id>/", models.edit, name="firm_model"),
    path("cabinet/<uuid:firm_id>/modeles/<uuid:model_id>/suppression", models.delete, name="firm_model_end"),
    path("cabinet/<uuid:firm_id>/", include(_cabinet)),
    path("dossiers/<uuid:company_id>/", include(_dossier)),
    path("cabinet/<uuid:space>/collaborateurs/", include(_desk("firm", "firm_people"))),
    path("dossiers/<uuid:space>/acces/", include(_desk("dossier", "firm_members"))),
    path("c/<uuid:space>/collaborateurs/", include(_desk("client", "client_members"))),
    path("rappels/<str:token>/", reminder_links.follow, name="reminder_link"),
    path("rappels/arret/<str:token>/", reminder_links.stop, name="reminder_stop"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("invitation/<str:token>/autre", joining.not_me, name="not_me"),
    path("telephone/", phone.camera, name="phone"),
    path("telephone/moi", phone.me, name="phone_me"),
    path("telephone/partage", phone.share, name="phone_share"),
    path("telephone/appairage/", phones.pairing, name="phone_pairing"),
    path("manifest.webmanifest", phone.manifest, name="phone_manifest"),
    path("sw.js", phone.worker, name="phone_worker"),
    path("api/bridge/nouvelles", webhooks.bridge, name="bridge_news"),
    path("aide/", guide.home, name="help"),
    path("aide/panneau/", guide.panel, name="help_panel"),
    path("aide/bien-demarrer/", guide.guide, name="guide"),
    path("aide/<slug:side>/<slug:slug>/", guide.article, name="article"),
]

handler500 = "comptoir.web.away.fault"

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
