"""LISEZMOI.txt of a proof: what each file is, and the commands by which a stranger checks it without Comptoir."""

from collections.abc import Sequence

_TEXT = """\
Preuve des dépôts du dossier « {name} »
Identifiant : {key}
{count} ligne(s) au registre, {stamped} horodatage(s).

Ce dossier se vérifie sans Comptoir, par n’importe qui, avec un terminal (Linux, macOS) et OpenSSL.
Les commandes se lancent depuis ce dossier.

  registre.csv     le registre des dépôts, pour un tableur : une ligne par dépôt. Une apostrophe y précède un nom
                   de fichier qu’un tableur prendrait pour une formule : c’est registre.jsonl qui fait foi.
  registre.jsonl   les mêmes lignes à la lettre, telles qu’elles sont scellées : sceau de la ligne précédente,
                   numéro, pièce, SHA-256 du fichier, octets, nom du fichier, voie d’arrivée, personne, instant (UTC),
                   et ce que la voie d’arrivée dit d’elle-même.
  sceaux.txt       le sceau de chaque ligne, dans l’ordre.
{files}
1. Chaque sceau est le SHA-256 de sa ligne. La commande n’affiche rien si tout est juste.

    while IFS= read -r ligne; do printf '%s' "$ligne" | openssl dgst -sha256 -r | cut -c1-64; done < registre.jsonl | diff - sceaux.txt

2. Chaque ligne contient le sceau de la précédente (la première, 64 zéros) : une ligne changée, retirée ou ajoutée
   fausse tous les sceaux suivants. La commande n’affiche rien si tout est juste.

    {{ cut -c3-66 registre.jsonl | sed 1d; tail -n 1 sceaux.txt; }} | diff - sceaux.txt

3. Un fichier est celui qui a été déposé si son SHA-256 est dans le registre :

    openssl dgst -sha256 -r LE-FICHIER

{stamps}"""

_FILES = """\
  horodatages/     les jetons d’une autorité d’horodatage (RFC 3161) : 12.tsr porte sur le sceau de la ligne 12,
                   et prouve donc toutes les lignes jusqu’à elle.
"""

_STAMPS = """\
4. Chaque jeton est signé par l’autorité, sur le sceau de sa ligne. La commande affiche « Verification: OK » pour chacun.

    for jeton in horodatages/*.tsr; do
      numero=$(basename "$jeton" .tsr)
      empreinte=$(sed -n "${{numero}}p" sceaux.txt | tr -d '\\n' | openssl dgst -sha256 -r | cut -c1-64)
      openssl ts -verify -digest "$empreinte" -in "$jeton" -CAfile autorite.pem || echo "FAUX : $jeton"
    done

   L’instant que prouve un jeton est celui de sa ligne « Time stamp » :

    openssl ts -reply -in horodatages/NUMERO.tsr -text

   Si le certificat de l’autorité a expiré depuis, ajoutez à « openssl ts -verify » l’option « -attime SECONDES »,
   l’instant du jeton en secondes depuis 1970.

   Autorité : {authorities}.
   {trust}
"""

_GIVEN = (
    "autorite.pem contient les certificats par lesquels Comptoir la juge : comparez-les à ceux qu’elle publie,\n"
    "   ou remplacez-les par ceux-ci."
)
_MISSING = "Ses certificats racine ne sont pas joints : demandez-les-lui, et enregistrez-les ici sous le nom autorite.pem."
_NO_STAMPS = "4. Aucun horodatage : les sceaux prouvent l’ordre et le contenu des lignes, aucun tiers n’en atteste la date.\n"


def readme(name: str, key: str, count: int, authorities: Sequence[str], *, has_certificates: bool) -> str:
    """The text for a dossier's proof, of what is really in it."""
    trust = _GIVEN if has_certificates else _MISSING
    told = _STAMPS.format(authorities=", ".join(sorted(set(authorities))), trust=trust)
    return _TEXT.format(
        name=name,
        key=key,
        count=count,
        stamped=len(authorities),
        files=_FILES if authorities else "",
        stamps=told if authorities else _NO_STAMPS,
    )
