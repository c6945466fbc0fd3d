"""Collect, check and compile the Russian texts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from omsportal.platform import catalog

FOLDERS = ("omsportal", "insurers", "representatives", "complaints", "templates")


class Command(BaseCommand):
    help = (
        "Merge locale/parts/*.po into locale/ru for every text of code and templates. "
        "--check changes nothing and fails on missing or wrong translations; --compile writes the .mo too."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail when something is wrong"
        )
        parser.add_argument("--compile", action="store_true", help="write the compiled catalogue too")

    def handle(self, *_args: Any, **options: Any) -> None:
        root: Path = settings.BASE_DIR
        merged = self._merge(root)
        text = catalog.as_text(merged.catalog)
        target = root / "locale/ru/LC_MESSAGES/django.po"
        if options["check"]:
            self._check(merged, text, target)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        if options["compile"]:
            target.with_suffix(".mo").write_bytes(catalog.compile_text(text))
        for fault in merged.faults:
            self.stderr.write(fault)
        self.stdout.write(f"{len(merged.catalog)} texts, {len(merged.faults)} to mend.")

    def _merge(self, root: Path) -> catalog.Merged:
        found = catalog.find_messages(root, FOLDERS)
        translations, faults = catalog.read_parts(root / "locale/parts")
        return catalog.merge(found, translations, faults)

    def _check(self, merged: catalog.Merged, text: str, target: Path) -> None:
        faults = list(merged.faults)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            faults.append("locale/ru is not up to date: run manage.py messages and commit it")
        for unused in merged.unused:
            self.stderr.write(f"Translated, but used nowhere: {unused!r}")
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(merged.catalog)} texts, all in Russian.")
