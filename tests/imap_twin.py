"""A small strict IMAP server over loopback: one mailbox, its folders, and what a test wants to go wrong."""

import re
import socketserver
import threading


class Twin(socketserver.ThreadingTCPServer):
    """Its `folders` hold {uid: raw}; `capabilities` what it says of itself; `cut_after` closes after that many mails."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *mails):
        super().__init__(("127.0.0.1", 0), Session)
        self.folders = {"INBOX": dict(enumerate(mails, start=1))}
        self.deleted, self.capabilities = set(), "IMAP4rev1 MOVE UIDPLUS"
        self.password, self.cut_after, self.fetched, self.claimed = "s@crets", None, 0, {}
        self.commands = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"imap://cabinet:s%40crets@127.0.0.1:{self.server_address[1]}/INBOX"


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self):
        self.folder = None
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            name, _, rest = rest.partition(" ")
            if name.upper() == "UID":
                name, _, rest = rest.partition(" ")
                name = f"UID {name}"
            self.server.commands.append(name.upper())
            act = getattr(self, name.lower().replace(" ", "_"), None)
            if act is None:
                self.say(f"{tag} BAD unknown {name}")
            elif self.ended(act(tag, rest)):
                return

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    @staticmethod
    def ended(answer):
        return answer == "end"

    @property
    def mails(self):
        return self.server.folders[self.folder]

    def capability(self, tag, _):
        self.say(f"* CAPABILITY {self.server.capabilities}")
        self.say(f"{tag} OK done")

    def login(self, tag, rest):
        right = rest.split(" ")[1].strip('"') == self.server.password
        self.say(f"{tag} {'OK done' if right else 'NO [AUTHENTICATIONFAILED] wrong'}")

    def create(self, tag, rest):
        name = rest.strip('"')
        is_new = name not in self.server.folders
        self.server.folders.setdefault(name, {})
        self.say(f"{tag} {'OK done' if is_new else 'NO [ALREADYEXISTS]'}")

    def select(self, tag, rest):
        name = rest.strip('"')
        if name not in self.server.folders:
            self.say(f"{tag} NO no such folder")
            return
        self.folder = name
        self.say(f"* {len(self.mails)} EXISTS")
        self.say(f"{tag} OK [READ-WRITE] done")

    def uid_search(self, tag, _):
        self.say("* SEARCH " + " ".join(str(uid) for uid in self.mails if uid not in self.server.deleted))
        self.say(f"{tag} OK done")

    def uid_fetch(self, tag, rest):
        uid, _, what = rest.partition(" ")
        raw = self.mails[int(uid)]
        if "RFC822.SIZE" in what:
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {self.server.claimed.get(int(uid), len(raw))})")
        elif self.server.cut_after is not None and self.server.fetched >= self.server.cut_after:
            return "end"
        else:
            self.server.fetched += 1
            self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        self.say(f"{tag} OK done")
        return None

    def uid_move(self, tag, rest):
        self.copied(rest)
        self.mails.pop(int(rest.split(" ")[0]))
        self.say(f"{tag} OK done")

    def uid_copy(self, tag, rest):
        self.copied(rest)
        self.say(f"{tag} OK done")

    def copied(self, rest):
        uid, folder = re.fullmatch(r'(\d+) "(.+)"', rest).groups()
        self.server.folders[folder][int(uid)] = self.mails[int(uid)]

    def uid_store(self, tag, rest):
        self.server.deleted.add(int(rest.split(" ")[0]))
        self.say(f"{tag} OK done")

    def uid_expunge(self, tag, rest):
        self.mails.pop(int(rest))
        self.say(f"{tag} OK done")

    def logout(self, tag, _):
        self.say("* BYE")
        self.say(f"{tag} OK done")
        return "end"
