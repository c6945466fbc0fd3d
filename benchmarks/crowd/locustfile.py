"""Run by locust in an environment of its own: people who file with a photo, follow their case, and work a queue.

CROWD names a JSON file: drafts and sessions that benchmarks/load.py made, and how fast everybody is.
"""

import itertools
import json
import os
import random
import re
from pathlib import Path

from locust import FastHttpUser, between, constant_throughput, events, task

CROWD = json.loads(Path(os.environ["CROWD"]).read_text())
PHOTO = Path(CROWD["photo"]).read_bytes()
TOKEN = CROWD["token"]
DRAFTS, PATIENTS = iter(CROWD["drafts"]), itertools.cycle(CROWD["patients"])
OPERATORS = itertools.cycle(CROWD["operators"])
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
CASE = re.compile(r'href="(/staff/cases/[0-9-]+/)')


@events.quitting.add_listener
def tell_errors(environment, **_about):
    """Next to the plan: what was wrong, and how often."""
    wrong = {f"{each.name}: {each.error}": each.occurrences for each in environment.stats.errors.values()}
    Path(os.environ["CROWD"]).with_suffix(".errors").write_text(json.dumps(wrong, ensure_ascii=False))


class Person(FastHttpUser):
    """Somebody with a browser; a status that the page does not promise is an error."""

    abstract = True
    cookies = ""

    def page(self, path, name, *, expected=(200,), method="GET", data=None, headers=None, files=None):
        about = {
            "Cookie": self.cookies,
            "Accept-Language": "ru",
            "X-Forwarded-For": self.address,
            **(headers or {}),
        }
        with self.client.request(
            method,
            path,
            name=name,
            data=data,
            files=files,
            headers=about,
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            if answer.status_code in expected:
                answer.success()
            else:
                answer.failure(f"{answer.status_code} instead of {expected}: {said(answer.text)}")
            return answer

    def form(self, path, name, data):
        return self.page(
            path, name, method="POST", data={"csrfmiddlewaretoken": TOKEN, **data}, expected=(302,)
        )

    def on_start(self):
        self.address = ".".join(["10", *(str(random.randrange(1, 255)) for _part in range(3))])


def said(page):
    """The first words of a summary of mistakes, without tags."""
    _before, _found, after = (page or "").partition("error-summary")
    return re.sub(r"<[^>]*>|\s+", " ", after.partition(">")[2])[:120].strip()


class Filer(Person):
    """Adds a photo to a filled draft and presses the last button."""

    fixed_count = CROWD["filers"]
    wait_time = constant_throughput(CROWD["filed_a_second"] / CROWD["filers"])

    @task
    def file(self):
        draft = next(DRAFTS)
        self.address = ".".join(["10", *(str(random.randrange(1, 255)) for _part in range(3))])
        self.cookies = f"draft={draft}; csrftoken={TOKEN}"
        self.page(
            "/complaints/new/files/",
            "a photo is added",
            method="POST",
            expected=(302,),
            data={"csrfmiddlewaretoken": TOKEN},
            files={"documents": ("photo.jpg", PHOTO, "image/jpeg")},
        )
        self.form("/complaints/new/send/", "an appeal is sent", {})


class Patient(Person):
    """Has the page of a case open: it asks for news every twenty seconds; now and then it is opened anew."""

    fixed_count = len(CROWD["patients"])
    wait_time = between(15, 25)

    def on_start(self):
        super().on_start()
        self.cookies = f"patient={next(PATIENTS)}"
        self.stamp = ""

    @task(9)
    def news(self):
        answer = self.page(
            "/status/case/thread/",
            "news of a case",
            expected=(200, 304),
            headers={"If-None-Match": self.stamp},
        )
        self.stamp = answer.headers.get("ETag") or self.stamp

    @task(1)
    def case(self):
        self.page("/status/case/", "a patient's case")


class Operator(Person):
    """Looks at the queue, takes the next case, reads it, leaves a note, gives it back."""

    fixed_count = len(CROWD["operators"])
    wait_time = between(CROWD["pause"] * 0.5, CROWD["pause"] * 1.5)

    def on_start(self):
        super().on_start()
        self.cookies = f"{CROWD['session']}={next(OPERATORS)}; csrftoken={TOKEN}"
        self.steps = itertools.cycle([self.queue, self.open, self.take, self.read, self.note, self.release])
        self.case = self.listed = ""
        for _step in range(random.randrange(2)):
            next(self.steps)

    @task
    def step(self):
        next(self.steps)()

    def queue(self):
        listed = CASE.findall(self.page("/staff/", "queue").text)
        self.listed = random.choice(listed) if listed else ""

    def open(self):
        if self.listed:
            self.page(self.listed, "a staff case")

    def take(self):
        answer = self.form("/staff/take/", "take next", {})
        self.case = answer.headers.get("Location", "").partition("?")[0].partition("#")[0]
        if "/cases/" not in self.case:
            self.case = ""

    def read(self):
        if self.case:
            self.shown = self.page(self.case, "a staff case").text

    def note(self):
        if self.case:
            self.act("note", {"text": "Позвонили в поликлинику, ждём ответа."})

    def release(self):
        if self.case:
            self.read()
            self.act("release", {})

    def act(self, name, data):
        address = f"{self.case}{name}/"
        form = self.shown.partition(f'action="{address}')[2].partition("</form>")[0]
        hidden = {key: value for key, value in HIDDEN.findall(form) if key != "csrfmiddlewaretoken"}
        self.form(address, name, {**hidden, **data})
