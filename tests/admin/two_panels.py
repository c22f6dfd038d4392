"""An office as a state machine: what people do, what the adversary does, what must hold.

The model knows no protocol: it is a list of sentences, each with who said it, and who may read the case.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from reporting_app.admin.remote import Member, SiteAway, SiteRefused
from reporting_app.admin.visit import fetch_setting, find_thread
from reporting_app.admin.workspace import Workspace
from reporting_app.cases import proposals
from reporting_app.cases.fold import Case
from reporting_app.cases.proposals import Proposal
from reporting_app.cases.reporter import Thread, compose_message, compose_report
from reporting_app.cases.sealing import Pen, Setting, blank_intake_cell, board_cell, submission
from reporting_app.crypto import letter
from reporting_app.crypto.encoding import b64
from reporting_app.crypto.event import REPORTER
from reporting_app.storage.cache import Cache
from reporting_app.storage.engine import make_engine
from reporting_app.storage.migrations import migrate
from tests.admin.network import DROPS, FAULTS, LIES, PLACES, Lie, Network
from tests.admin.sentences import ELSEWHERE, INSIDE, Said, Told, say, sentences, small_world
from tests.deployment import INVESTIGATORS
from tests.site_fixtures import Visitor, make_app, noon

# Two computers of one member among them.
ME = "utredare-1"
PANELS = (ME, "utredare-1 hemma", "utredare-2")
MOST_CASES = 3

panels = st.sampled_from(PANELS)
cases = st.integers(0, MOST_CASES - 1)
weathers = st.lists(st.sampled_from(sorted(FAULTS)), max_size=4)
lies = st.one_of(st.tuples(st.sampled_from(LIES), st.sampled_from(PLACES)), st.sampled_from(DROPS))


class Office(RuleBasedStateMachine):
    """Everybody, with one real site in a temporary directory."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="two-panels-"))
        self.world, self.clock = small_world(), noon()
        engine = make_engine(f"sqlite:///{self.directory / 'site.db'}")
        migrate(engine)
        self.app = make_app(engine, self.world, self.clock)
        self.visitor = Visitor(self.app.test_client(), self.world, self.clock)
        self.visitor.publish()
        self.honest = Network(self.visitor.client).connect(self.clock)
        self.networks = {name: Network(self.app.test_client(), ELSEWHERE) for name in PANELS}
        self.panels = {name: self.open_panel(name) for name in PANELS}
        self.told: list[Told] = []
        self.words = 0
        self.decided = False

    @initialize()
    def begin(self) -> None:
        self.report(())
        self.report(("utredare-2",))
        for name in PANELS:
            self.sync(name, [])

    def open_panel(self, name: str) -> Workspace:
        """What unlocking does: the same cache, nothing else remembered."""
        keys = self.world.keys[name.split(maxsplit=1)[0]]
        site = self.networks[name].connect(self.clock)
        cache = Cache.at(self.directory / f"{name}.cache")
        return Workspace(keys, site, cache, self.world.anchor, self.clock)

    def new_words(self) -> str:
        self.words += 1
        return f"Mening {self.words}."

    @property
    def setting(self) -> Setting:
        return fetch_setting(self.honest, b64(self.world.anchor), self.clock())

    # What people do

    @precondition(lambda self: len(self.told) < MOST_CASES)
    @rule(left_out=st.sampled_from([(), ("utredare-2",)]))
    def report(self, left_out: tuple[str, ...]) -> None:
        told = Told(self.world.reporter(), left_out)
        text = self.new_words()
        body = self.world.report_body(text)
        self.honest.post(compose_report(told.keys, self.setting, body, left_out)[0])
        told.said.append(Said(text, REPORTER, False))
        self.told.append(told)

    @rule(case=cases)
    def follow_up(self, case: int) -> None:
        if told := self.find(case):
            text = self.new_words()
            # Once the intake cell is gone and nobody has opened, the page asks again whom to leave out.
            thread = self.thread(told)
            self.honest.post(compose_message(told.keys, self.setting, thread, text, told.left_out)[0])
            told.said.append(Said(text, REPORTER, False))

    @rule(name=panels, faults=weathers)
    def sync(self, name: str, faults: list[str]) -> None:
        with self.growing(name):
            self.networks[name].faults = faults
            self.panels[name].sync()

    @rule(name=panels, case=cases, how=st.sampled_from(["reply", "note", "status", "close"]), faults=weathers)
    def speak(self, name: str, case: int, how: str, faults: list[str]) -> None:
        told, panel = self.find(case), self.panels[name]
        if told is None or told.id not in panel.cases:
            return
        self.networks[name].faults = faults
        text = self.new_words()
        try:
            say(panel, told.id, how, text)
        except SiteRefused:
            return  # the member reads that it was not taken: then nobody may ever see it
        told.said.append(Said(text, panel.keys.member, how not in INSIDE))
        assert (text, panel.keys.member) in sentences(panel.cases[told.id].events)

    @rule(name=panels)
    def restart(self, name: str) -> None:
        """While the site is silent: everything is still there."""
        with self.growing(name):
            self.panels[name] = self.open_panel(name)
            self.networks[name].faults = ["lost"]
            assert self.panels[name].sync().away

    @rule(name=panels, faults=weathers)
    def cover(self, name: str, faults: list[str]) -> None:
        panel, self.networks[name].faults = self.panels[name], faults
        with suppress(SiteAway, SiteRefused):
            panel._outbox.post_blank(panel.setting, with_cell=True)

    @rule(hours=st.sampled_from([1, 30, 32 * 24]))
    def time_passes(self, hours: int) -> None:
        self.clock.now += hours * 3600

    @precondition(lambda self: not self.decided)
    @rule()
    def the_majority_decides(self) -> None:
        """A witness leaves, and then there is a new deployment file."""
        today, world, staying = self.clock.today(), self.world, [*INVESTIGATORS, "tillsyn-1"]
        chain = self.setting.chain
        left = proposals.propose_roster(chain, chain.deployment, [], ["tillsyn-2"], today)
        keys = {name: world.public_keys[name] for name in staying}
        self.honest.publish(Proposal(world.signed(left), keys))
        now, human = self.setting, {**world.file.human_part, "name": {"sv": "Nytt namn"}}
        newer = proposals.propose_deployment(now.chain, now.deployment, human, today)
        self.honest.publish(world.signed_file(newer, *staying))
        self.decided = True

    # What the adversary does

    @rule(name=panels, lie=lies, syncs=st.integers(1, 2))
    def the_site_lies(self, name: str, lie: Lie, syncs: int) -> None:
        network, panel = self.networks[name], self.panels[name]
        network.faults, network.lie, network.told = [], lie, []
        if lie in DROPS and self.told[0].id in panel.cases:
            self.speak(name, 0, "note" if "letters" in lie[1] else "reply", [])
        for _ in range(syncs):
            believed = {"roster": panel.setting.chain.newest, "deployment": panel.setting.deployment}
            believed["content"] = panel.setting.deployment
            with self.growing(name):
                state = panel.sync()
            # Whoever never saw version 2 cannot know that version 1 is old.
            noticeable = lie[0] != "old" or (lie[1] in believed and believed[lie[1]].version > 1)
            if lie[1] in believed and network.told and noticeable:
                assert state.alarms, f"nothing is shown of {lie}"
        network.lie = None

    @rule(case=cases)
    def somebody_forges(self, case: int) -> None:
        """With the thread's secrets: others' names, and the words of whom the reporter left out."""
        if told := self.find(case):
            setting, block = self.setting, told.keys.thread
            seeds = dict.fromkeys((REPORTER, "utredare-3"), self.world.reporter().sign_seed)
            seeds |= {name: self.world.keys[name].sign_seed for name in told.left_out}
            pens = [Pen(name, seed, block.thread_id, setting) for name, seed in seeds.items()]
            body = {"parcels": [], "text": "Falskt."}
            forged = [pen.sign("message", body, [*INVESTIGATORS, REPORTER], 9) for pen in pens]
            content = letter.thread_content(block, forged)
            sealed = letter.seal_letter(setting.frame, setting.readers(told.readers), content)
            self.honest.post(submission(setting, sealed, blank_intake_cell(setting)))
            for one in forged:
                cell = board_cell(setting, block, [one], None)
                self.honest.post_cell(Member(self.world.keys["utredare-1"], setting.deployment_id), cell)
            told.wrong = {"signature", "author"} if told.left_out else {"signature"}

    # What must hold

    @invariant()
    def nothing_else_ever_stands_in_a_case(self) -> None:
        for name, panel in self.panels.items():
            for told in self.told:
                self.check_case(panel.cases.get(told.id), told, name)
            assert set(panel.cases) <= {told.id for told in self.told}

    def check_case(self, case: Case | None, told: Told, name: str) -> None:
        if case is None:
            return
        assert name not in told.left_out
        seen = sentences(case.events)
        assert len(set(seen)) == len(seen), "something stands twice"
        assert set(seen) <= {(one.text, one.author) for one in told.said}

    def calm(self) -> None:
        """The network becomes good and the site honest."""
        for network in self.networks.values():
            network.clear()
        for _ in range(3):
            last = [panel.sync() for panel in self.panels.values()]
        assert [(state.alarms, state.away, state.waiting) for state in last] == [((), "", 0)] * len(last)
        assert all(panel.cache.outgoing() == [] for panel in self.panels.values())
        for told in self.told:
            self.check_agreement(told)

    def check_agreement(self, told: Told) -> None:
        seen = [self.panels[name].cases[told.id] for name in PANELS if name not in told.left_out]
        assert sentences(seen[0].events) == sorted((one.text, one.author) for one in told.said)
        assert all(case == seen[0] for case in seen)
        assert {one.reason for one in seen[0].set_aside} == told.wrong
        thread = self.thread(told)
        answers = [(one.text, one.author) for one in told.said if one.to_reporter]
        assert sentences(thread.case.events) == sorted(answers)
        assert {one.reason for one in thread.case.set_aside} == told.wrong

    def teardown(self) -> None:
        try:
            self.calm()
        finally:
            shutil.rmtree(self.directory)

    # Help

    def find(self, case: int) -> Told | None:
        return self.told[case] if case < len(self.told) else None

    def thread(self, told: Told) -> Thread:
        return find_thread(self.honest, self.setting, told.keys)

    @contextmanager
    def growing(self, name: str) -> Iterator[None]:
        """No event that a panel has shown disappears again."""
        before = {case.id: {one.id for one in case.events} for case in self.panels[name].cases.values()}
        yield
        after = {case.id: {one.id for one in case.events} for case in self.panels[name].cases.values()}
        assert all(events <= after.get(case, set()) for case, events in before.items())
