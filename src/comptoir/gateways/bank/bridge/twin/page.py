"""The page on which a client connects a bank, as the twin shows it: Demo Bank, an invented login, accounts to share."""

from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from comptoir.gateways.bank.bridge.twin.books import DEMO_BANK, LOGINS, Books, Connection, Session

CONFIRMED = {
    "otp": "Saisissez le code reçu par SMS (n’importe quels chiffres).",
    "otp_fail": "Saisissez le code reçu par SMS (il sera refusé).",
    "app2app": "Confirmez dans l’application de Demo Bank, puis validez ici.",
    "app2app_expiry": "Confirmez dans l’application de Demo Bank (le délai passera).",
}
"""Logins that ask for one thing more."""
STEPS = {"otp_fail": "otp_form", "app2app_expiry": "otp_form"}
"""Where a visit that failed had come to."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page, or the way back to where the client came from."""

    status: int
    html: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What the client filled in."""

    bank: str
    login: str
    accounts: tuple[str, ...]
    is_confirmed: bool
    is_cancelled: bool

    @classmethod
    def of(cls, body: bytes) -> "Typed":
        """From a form."""
        form = parse_qs(body.decode("utf-8", "replace"))
        return cls(
            form.get("bank", [""])[0],
            form.get("login", [""])[0].strip(),
            tuple(form.get("account", [])),
            "confirmed" in form,
            form.get("act", [""])[0] == "cancel",
        )


def shown(books: Books, session_id: str) -> Shown:
    """The page as it opens."""
    session = books.sessions.get(session_id)
    if session is None or session.is_over:
        return Shown(410, _page("<p>Cette page a déjà servi. Revenez là d’où vous veniez et recommencez.</p>"))
    return Shown(200, _page(_form(books, session)))


def filled(books: Books, session_id: str, typed: Typed) -> tuple[Shown, Connection | None]:
    """What follows from what was typed, and the connection made or repaired if there is one."""
    session = books.sessions.get(session_id)
    if session is None or session.is_over:
        return shown(books, session_id), None
    if typed.is_cancelled:
        return _back(session, None, "bank_creds_form"), None
    if typed.bank != str(DEMO_BANK) or typed.login not in LOGINS:
        fault = "Choisissez Demo Bank, et l’un des identifiants proposés."
        return Shown(422, _page(_form(books, session, fault))), None
    if typed.login in CONFIRMED and not typed.is_confirmed:
        return Shown(200, _page(_confirmation(typed))), None
    item = books.connect(session.user, typed.login, typed.accounts, session.item_id)
    is_welcome = item.status == 0 or typed.login.startswith("success")
    return _back(session, item, "" if is_welcome else STEPS.get(typed.login, "sync_error")), item


def _back(session: Session, item: Connection | None, step: str) -> Shown:
    session.is_over = True
    item_id = item.id if item else session.item_id
    told = {
        "item_id": str(item_id or ""),
        "user_uuid": session.user,
        "success": "false" if step else "true",
        "step": step or "sync_success",
        "context": session.context,
    }
    if not session.callback:
        return Shown(200, _page("<p>C’est fait, vous pouvez fermer cette page.</p>"))
    parts = urlsplit(session.callback)
    query = "&".join(filter(None, (parts.query, urlencode({key: value for key, value in told.items() if value}))))
    return Shown(303, location=urlunsplit(parts._replace(query=query)))


def _form(books: Books, session: Session, fault: str = "") -> str:
    held = books.held_by(books.external_id(session.user))
    accounts = "".join(
        f'<label><input type="checkbox" name="account" value="{n}" checked> {escape(account.name)} '
        f"({account.currency})</label>"
        for n, account in enumerate(held)
    )
    logins = "".join(f'<option value="{login}"></option>' for login in LOGINS)
    title = "Reconnecter votre banque" if session.item_id else "Connecter votre banque"
    return f"""<h1>{title}</h1>
<p>Banque de démonstration : aucune vraie banque n’est appelée, n’importe quel mot de passe convient.</p>
{f'<p role="alert">{fault}</p>' if fault else ""}
<form method="post">
<fieldset><legend>Votre banque</legend>
<label><input type="radio" name="bank" value="{DEMO_BANK}" checked> Demo Bank</label></fieldset>
<label for="login">Identifiant</label>
<input id="login" name="login" value="success" list="logins" autocomplete="off" required>
<datalist id="logins">{logins}</datalist>
<label for="password">Mot de passe</label>
<input id="password" name="password" type="password" autocomplete="off">
<fieldset><legend>Comptes à partager</legend>{accounts}</fieldset>
<p><button name="act" value="connect">Valider</button>
<button name="act" value="cancel" formnovalidate>Annuler</button></p>
</form>"""


def _confirmation(typed: Typed) -> str:
    kept = "".join(f'<input type="hidden" name="account" value="{escape(number)}">' for number in typed.accounts)
    code = '<label for="code">Code</label><input id="code" name="code" inputmode="numeric">'
    return f"""<h1>Confirmer que c’est bien vous</h1>
<p>{CONFIRMED[typed.login]}</p>
<form method="post">{kept}
<input type="hidden" name="bank" value="{escape(typed.bank)}">
<input type="hidden" name="login" value="{escape(typed.login)}">
<input type="hidden" name="confirmed" value="1">
{code if typed.login.startswith("otp") else ""}
<p><button name="act" value="connect">Valider</button>
<button name="act" value="cancel" formnovalidate>Annuler</button></p>
</form>"""


def _page(content: str) -> str:
    return f"""<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<title>Demo Bank</title><style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-inline-size: 28rem; margin: 2rem auto; padding: 0 1rem; }}
label, fieldset {{ display: block; margin-block: .5rem; }}
button, input:not([type=checkbox], [type=radio]) {{ font: inherit; padding: .5rem; min-block-size: 44px; }}
</style></head><body><main>{content}</main></body></html>"""
