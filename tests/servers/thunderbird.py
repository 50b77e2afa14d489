"""Thunderbird without a screen: a client's own mail and calendar program, skipped where it is not installed.

Remote-controlled, it reads mail over IMAP, answers by the buttons that a person would press, and sends by SMTP.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.process import free_port, running
from tests.servers.thunderbird_line import Marionette

_PATIENCE = 300.0  # seconds for each thing that a person would wait for
_CALENDAR = "5f0e1c52-0000-4000-8000-000000000001"

_SIGN_IN = """
const [origin, user, word] = args;
const login = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
login.init(origin, null, origin, user, word, "", "");
await Services.logins.addLoginAsync(login);
"""

# Each wait is for what the window shows; the interval is how often a person would look.
_UNTIL = """
const until = async (what, look) => {
  for (let tries = 0; tries < 200; tries++) {
    const seen = await look();
    if (seen) return seen;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(`never seen: ${what}`);
};
"""

_ANSWER = (
    _UNTIL
    + """
const [button] = args;
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const window = await until("the main window", () => Services.wm.getMostRecentWindow("mail:3pane"));
const tabmail = await until("its tabs", () => window.document.getElementById("tabmail"));
const pane = await until("the mail tab", () => tabmail.currentAbout3Pane);
const server = MailServices.accounts.defaultAccount.incomingServer;
const inbox = await until("the inbox", () => server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox)?.URI);
pane.displayFolder(inbox);
await until("the mail", () => pane.gDBView?.rowCount > 0);
pane.threadTree.selectedIndex = 0;
const message = await until("the message", () => pane.messageBrowser.contentWindow);
const pressed = await until(button, () => {
  const found = message.document.getElementById(button);
  return found && !found.hidden && found;
});
pressed.doCommand();
return true;
"""
)


@dataclass(frozen=True)
class Mailboxes:
    """Where the program fetches and sends, on loopback."""

    address: str
    user: str
    password: str
    imap: int
    smtp: int


@dataclass(frozen=True)
class Thunderbird:
    """The running program."""

    line: Marionette

    def answer(self, button: str) -> None:
        """Open the newest mail in the inbox and press one of the invitation's buttons, by its id."""
        self.line.run(_ANSWER, button)


@contextlib.contextmanager
def thunderbird(folder: Path, boxes: Mailboxes) -> Iterator[Thunderbird]:
    """A Thunderbird with a fresh profile in `folder`, one account and one calendar."""
    program = shutil.which("thunderbird")
    if program is None:
        pytest.skip("Thunderbird is not installed (Debian: thunderbird; `make test-servers` as root)")
    profile, port = folder / "profile", free_port()
    profile.mkdir(parents=True)
    (profile / "user.js").write_text(
        "".join(
            f"user_pref({json.dumps(key)}, {json.dumps(value)});\n"
            for key, value in _prefs(boxes, port).items()
        )
    )
    surroundings = ("env", f"HOME={folder}", "MOZ_HEADLESS=1", "MOZ_CRASHREPORTER_DISABLE=1")
    flags = ("--headless", "--marionette", "--remote-allow-system-access", "--no-remote")
    command = [*surroundings, program, *flags, "--profile", str(profile)]
    with running(command, port, folder / "thunderbird.log"), Marionette(port, _PATIENCE) as line:
        line.run(_SIGN_IN, "imap://127.0.0.1", boxes.user, boxes.password)
        yield Thunderbird(line)


def _prefs(boxes: Mailboxes, marionette: int) -> dict[str, object]:
    """One account on our servers, one calendar that answers as its owner, and nothing beyond loopback."""
    calendar = f"calendar.registry.{_CALENDAR}"
    return {
        "marionette.port": marionette,
        "mail.accountmanager.accounts": "account1",
        "mail.accountmanager.defaultaccount": "account1",
        "mail.account.account1.server": "server1",
        "mail.account.account1.identities": "id1",
        "mail.identity.id1.fullName": "Ada Holm",
        "mail.identity.id1.useremail": boxes.address,
        "mail.identity.id1.valid": True,
        "mail.identity.id1.smtpServer": "smtp1",
        "mail.identity.id1.fcc": False,
        "mail.server.server1.type": "imap",
        "mail.server.server1.hostname": "127.0.0.1",
        "mail.server.server1.port": boxes.imap,
        "mail.server.server1.userName": boxes.user,
        "mail.server.server1.name": boxes.address,
        "mail.server.server1.socketType": 0,
        "mail.server.server1.authMethod": 3,
        "mail.server.server1.login_at_startup": False,
        "mail.server.server1.use_idle": False,
        "mail.smtpservers": "smtp1",
        "mail.smtp.defaultserver": "smtp1",
        "mail.smtpserver.smtp1.type": "smtp",
        "mail.smtpserver.smtp1.hostname": "127.0.0.1",
        "mail.smtpserver.smtp1.port": boxes.smtp,
        "mail.smtpserver.smtp1.try_ssl": 0,
        "mail.smtpserver.smtp1.authMethod": 1,
        f"{calendar}.type": "storage",
        f"{calendar}.uri": "moz-storage-calendar://",
        f"{calendar}.name": "Home",
        f"{calendar}.imip.identity.key": "id1",
        "calendar.list.sortOrder": _CALENDAR,
        "calendar.timezone.local": "Europe/Berlin",
        "mail.provider.suppress_dialog_on_startup": True,
        "mail.rights.version": 1,
        "mail.shell.checkDefaultClient": False,
        "mailnews.start_page.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "toolkit.telemetry.enabled": False,
        "app.update.auto": False,
        "extensions.update.enabled": False,
        # Whatever is not on loopback goes to a proxy that does not exist.
        "network.proxy.type": 1,
        "network.proxy.socks": "127.0.0.1",
        "network.proxy.socks_port": 9,
        "network.proxy.no_proxies_on": "127.0.0.1, localhost",
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
    }
