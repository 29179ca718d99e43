"""What goes wrong with a bank, each with the sentence that the accountant reads and what to do."""

from comptoir.gateways.bank.ebics import codes


class EbicsFault(Exception):
    """L’échange avec la banque n’a pas abouti."""

    is_passing: bool = False
    """Whether it is tried again later without asking anybody."""

    def __init__(self, why: str = "") -> None:
        super().__init__(f"{self.__class__.__doc__} {why}".strip())


class Unreachable(EbicsFault):
    """La banque ne répond pas : rien n’est perdu, Comptoir réessaie."""

    is_passing = True

    def __init__(self, why: str = "", wait: int = 0) -> None:
        super().__init__(why)
        self.wait = wait
        """How many seconds the bank asks us to stay away."""


class WrongAddress(Unreachable):
    """À cette adresse ne répond aucun serveur EBICS : comparez-la à celle que la banque a remise."""


class Unreadable(EbicsFault):
    """La réponse de la banque est illisible : rien n’en a été gardé, et rien n’en a été acquitté."""

    is_passing = True


class WrongSignature(EbicsFault):
    """La réponse ne porte pas la signature de la banque : elle a été écartée. Si cela dure, appelez la banque."""


class UnknownBankKeys(EbicsFault):
    """Les clés de la banque ne sont pas, ou plus, reconnues : comparez leurs empreintes à son courrier."""


class WrongSecret(EbicsFault):
    """Les clés de ce contrat ne s’ouvrent pas : ce n’est pas le bon secret, ou elles sont celles d’un autre contrat."""


class WrongOrder(EbicsFault):
    """Cet ordre n’existe pas dans la version du contrat : FDL est d’EBICS 2.5, BTD d’EBICS 3.0."""


class Refused(EbicsFault):
    """La banque refuse ce qui lui est demandé."""

    def __init__(self, code: str, report: str = "") -> None:
        meaning = codes.meaning(code)
        self.code, self.report = code, report
        self.sentence, self.remedy, self.is_passing = meaning.sentence, meaning.remedy, meaning.is_passing
        # A code of the bank's own says nothing here: its words go with it.
        said = f"(code {code})" if meaning.symbol or not report else f"(code {code} : {report})"
        Exception.__init__(self, " ".join(filter(None, (meaning.sentence, meaning.remedy, said))))


class NoData(Refused):
    """Il n’y a rien de nouveau à la banque."""


class NotActivated(Refused):
    """La banque ne connaît pas encore cet abonné : elle attend les lettres signées, ou ne les a pas traitées."""


def refusal(code: str, report: str = "") -> EbicsFault:
    """What a return code of the bank's becomes."""
    kind = {"090005": NoData, "091002": NotActivated, "091003": NotActivated, "091004": NotActivated}
    if code == "091008":
        return UnknownBankKeys("(code 091008)")
    return kind.get(code, Refused)(code, report)
