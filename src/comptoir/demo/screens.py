"""Every screen of the product as the demo firm shows it: who looks, where, and which picture of the guide it is."""

from dataclasses import dataclass

from comptoir.demo.cast import ALICE, BOB, Member

PHONE, DESKTOP = (390, 844), (1440, 900)
BAKERY = "Boulangerie Dupont"


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: its address, with `{company}` and `{firm}` where it names them, and the links to follow from there."""

    name: str
    by: Member | None
    path: str
    follow: tuple[str, ...] = ()


def _client(name: str, path: str, *follow: str) -> Screen:
    return Screen(name, BOB, f"/c/{{company}}/{path}", follow)


def _dossier(name: str, path: str, *follow: str) -> Screen:
    return Screen(name, ALICE, f"/dossiers/{{company}}/{path}", follow)


def _firm(name: str, path: str, *follow: str) -> Screen:
    return Screen(name, ALICE, f"/cabinet/{{firm}}/{path}", follow)


SCREENS = (
    Screen("entree-connexion", None, "/compte/login/"),
    Screen("entree-mot-de-passe-oublie", None, "/compte/password/reset/"),
    Screen("aide", None, "/aide/"),
    Screen("aide-article", None, "/aide/bien-demarrer/"),
    Screen("espaces", ALICE, "/espaces/"),
    Screen("compte", BOB, "/compte/profil/"),
    Screen("compte-telephones", BOB, "/compte/telephones/"),
    Screen("telephone-photo", BOB, "/telephone/?c={company}"),
    _client("client-bienvenue", "bienvenue/"),
    _client("client-accueil", ""),
    _client("client-pieces", "pieces/"),
    _client("client-piece", "pieces/", "main a[href*='/pieces/0']"),
    _client("client-decoupe", "pieces/", "main a[href*='/pieces/0']", "a[href$='/decoupe/']"),
    _client("client-manquantes", "manquantes/"),
    _client("client-messagerie", "messagerie/"),
    _client("client-conversation", "messagerie/", "main a[href*='/messagerie/0']"),
    _client("client-nouvelle-conversation", "messagerie/nouvelle"),
    _client("client-demandes", "demandes/"),
    _client("client-banque", "banque/"),
    _client("client-dossiers", "dossiers/"),
    _client("client-dossier", "dossiers/fiscal/"),
    _client("client-adresses", "adresses/"),
    _client("client-collaborateurs", "collaborateurs/"),
    _client("client-notes-de-frais", "notes-de-frais/"),
    _client("client-z-de-caisse", "z-de-caisse/"),
    _client("client-plus", "plus/"),
    _client("client-parametres", "parametres/"),
    _client("client-emporter", "export/"),
    _firm("cabinet-portefeuille", ""),
    _firm("cabinet-nouveau-dossier", "dossiers/"),
    _firm("cabinet-import", "dossiers/import/"),
    _firm("cabinet-modeles", "modeles/"),
    _firm("cabinet-messagerie", "messagerie/"),
    _firm("cabinet-messagerie-reglages", "messagerie/reglages/"),
    _firm("cabinet-manquantes", "manquantes/"),
    _firm("cabinet-demandes", "demandes/"),
    _firm("cabinet-listes-de-documents", "demandes/listes/"),
    _firm("cabinet-liste-de-documents", "demandes/listes/bilan/"),
    _firm("cabinet-relances", "relances/"),
    _firm("cabinet-banques", "banques/"),
    _firm("cabinet-mandats", "mandats/"),
    _firm("cabinet-ebics", "ebics/"),
    _firm("cabinet-collaborateurs", "collaborateurs/"),
    _firm("cabinet-confidentialite", "confidentialite/"),
    _firm("cabinet-parametres", "parametres/"),
    _firm("cabinet-identite", "identite/"),
    _firm("cabinet-conservation", "conservation/"),
    _firm("cabinet-journal", "journal/"),
    _firm("cabinet-courrier", "courrier/"),
    _dossier("dossier-production", "production/"),
    _dossier("dossier-revision", "production/", "main a[href*='/production/0']"),
    _dossier("dossier-pieces", "pieces/"),
    _dossier("dossier-demandes", "demandes/"),
    _dossier("dossier-demande", "demandes/", "main table a[href*='/demandes/0']"),
    _dossier("dossier-nouvelle-demande", "demandes/nouvelle?liste=bilan"),
    _dossier("dossier-banque", "banque/"),
    _dossier("dossier-regles", "banque/regles/"),
    _dossier("dossier-regle", "banque/regles/nouvelle"),
    _dossier("dossier-rapprochement", "banque/", "main a[href$='/rapprochement/']"),
    _dossier("dossier-ecritures", "ecritures/"),
    _dossier("dossier-lettrage", "lettrage/"),
    _dossier("dossier-manquantes", "manquantes/"),
    _dossier("dossier-manquantes-reglages", "manquantes/reglages/"),
    _dossier("dossier-messagerie", "messagerie/"),
    _dossier("dossier-conversation", "messagerie/", "main a[href*='/messagerie/0']"),
    _dossier("dossier-exercices", "exercices/"),
    Screen("dossier-adresses", ALICE, "/c/{company}/adresses/"),
    _dossier("dossier-factures-electroniques", "factures-electroniques/"),
    _dossier("dossier-partages", "dossiers-partages/"),
    _dossier("dossier-partage", "dossiers-partages/fiscal/"),
    _dossier("dossier-corbeille", "dossiers-partages/corbeille/"),
    _dossier("dossier-espace-cabinet", "dossiers-partages/cabinet/"),
    _dossier("dossier-permanent", "dossier-permanent/"),
    _dossier("dossier-emporter", "export/"),
    _dossier("dossier-acces", "acces/"),
    _dossier("dossier-vue-client", "vue-client/"),
)

GUIDE = {
    "client-accueil": ("client-accueil", PHONE),
    "client-collaborateurs": ("client-collaborateurs", DESKTOP),
    "client-deposer": ("client-pieces", DESKTOP),
    "client-photo": ("telephone-photo", PHONE),
    "client-adresses": ("client-adresses", DESKTOP),
    "client-decoupe": ("client-decoupe", DESKTOP),
    "client-piece": ("client-piece", DESKTOP),
    "client-manquantes": ("client-manquantes", PHONE),
    "client-messagerie": ("client-messagerie", DESKTOP),
    "cabinet-messagerie": ("cabinet-messagerie", DESKTOP),
    "cabinet-toutes-manquantes": ("cabinet-manquantes", DESKTOP),
    "client-banque": ("client-banque", DESKTOP),
    "client-dossiers": ("client-dossiers", DESKTOP),
    "client-ndf": ("client-notes-de-frais", PHONE),
    "client-z": ("client-z-de-caisse", PHONE),
    "client-compte": ("compte", DESKTOP),
    "cabinet-portefeuille": ("cabinet-portefeuille", DESKTOP),
    "cabinet-import": ("cabinet-import", DESKTOP),
    "cabinet-collaborateurs": ("cabinet-collaborateurs", DESKTOP),
    "cabinet-revue": ("dossier-revision", DESKTOP),
    "cabinet-banque": ("dossier-banque", DESKTOP),
    "cabinet-regle": ("dossier-regle", DESKTOP),
    "cabinet-rapprochement": ("dossier-rapprochement", DESKTOP),
    "cabinet-ebics": ("cabinet-ebics", DESKTOP),
    "cabinet-ecritures": ("dossier-ecritures", DESKTOP),
    "cabinet-lettrage": ("dossier-lettrage", DESKTOP),
    "cabinet-exercices": ("dossier-exercices", DESKTOP),
    "cabinet-manquantes": ("dossier-manquantes", DESKTOP),
    "cabinet-efactures": ("dossier-factures-electroniques", DESKTOP),
    "cabinet-partages": ("dossier-partages", DESKTOP),
    "cabinet-dossier-permanent": ("dossier-permanent", DESKTOP),
    "cabinet-journal": ("cabinet-journal", DESKTOP),
}
"""The guide's pictures: by the name that an article uses, the screen and its size. They are made again with the screens."""
