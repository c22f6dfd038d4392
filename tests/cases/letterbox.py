"""A thread from the report on, with nothing but bytes between the reporter and the members."""

from __future__ import annotations

from reporting_app.admin.letters import Opener
from reporting_app.cases import deciding, reporter, together
from reporting_app.cases.deciding import Outside
from reporting_app.cases.fold import Case
from reporting_app.cases.member import Desk, Posting
from reporting_app.crypto import shape
from reporting_app.crypto.receipt import ReporterKeys
from tests.deployment import TODAY, World


class Story:
    """A letterbox in memory, and everybody around it."""

    def __init__(self, world: World, leave_out: tuple[str, ...] = ()) -> None:
        self.world = world
        self.reporter: ReporterKeys = world.reporter()
        self.letters: list[bytes] = []
        self.intake: list[bytes] = []
        self.board: list[bytes] = []
        self.submit(world.report(self.reporter, leave_out))

    def submit(self, submission: bytes) -> None:
        taken = shape.read_submission(submission)
        self.letters.append(taken.letter)
        self.intake.append(taken.cell)

    def opener(self, member: str) -> Opener:
        opener = Opener(self.world.keys[member])
        for letter in self.letters:
            opener.add(letter, TODAY, self.world.chain)
        return opener

    def case(self, member: str) -> Case:
        (case,) = self.opener(member).cases().values()
        return case

    def desk(self, member: str) -> Desk:
        opener, case = self.opener(member), self.case(member)
        seed = self.world.keys[member].sign_seed
        return Desk(member, seed, self.world.setting(), opener.threads[case.thread].block, case)

    def newcomer(self, member: str, since: int) -> Opener:
        """The panel of somebody who has only what was posted after the first ``since`` letters."""
        opener = Opener(self.world.keys[member])
        for letter in self.letters[since:]:
            opener.add(letter, TODAY, self.world.chain)
        return opener

    def outside(self, member: str, since: int) -> Outside:
        """Somebody who is asked to sign and has never been able to read."""
        (case,) = self.newcomer(member, since).asked().values()
        return Outside(member, self.world.keys[member].sign_seed, self.world.setting(), case)

    def write(self, text: str) -> None:
        """The reporter says something more, from what their cells say now."""
        sent, _ = reporter.compose_message(self.reporter, self.world.setting(), self.thread(), text)
        self.submit(sent)

    def post(self, posting: Posting) -> None:
        self.submit(posting.submission)
        self.board += posting.cells

    def close(self, one: str, other: str, outcome: str, reason: str) -> None:
        """Both sign; an answer is given first if nobody has."""
        if not self.case(one).course.answered:
            self.post(self.desk(one).reply("Vi har läst det."))
        arguments = together.close_arguments(outcome, reason)
        for posting in deciding.propose(self.desk(one), together.CLOSE, arguments):
            self.post(posting)
        self.post(deciding.approve(self.desk(other), self.case(other).decisions[-1]))

    def thread(self) -> reporter.Thread:
        return reporter.read_thread(self.reporter, self.world.chain, self.intake, self.board, TODAY)
