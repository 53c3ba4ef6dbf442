"""``sunlit search`` and ``sunlit bench``."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import click

from sunlit import sight
from sunlit.search import asking, backends, benching
from sunlit.search.answers import Answer
from sunlit.search.lexicon import Lexicon
from sunlit.search.requests import EngineUnavailable
from sunlit.search.snippets import Snippet


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print everything that a page would be made of.")
@click.option("--newest", is_flag=True, help="Sort by date instead of relevance.")
@click.option("--page", type=click.IntRange(1, asking.LAST_PAGE), default=1, help="Page of ten results.")
def search(query: tuple[str, ...], as_json: bool, newest: bool, page: int) -> None:
    """Search as everyone may and print what is found."""
    answer = asking.ask(sight.anonymous(), " ".join(query), sort="date" if newest else "relevance", page=page)
    if answer.trouble:
        raise click.ClickException(answer.trouble)
    if as_json:
        click.echo(json.dumps(asdict(answer), ensure_ascii=False, default=str))
    else:
        for line in _lines(answer):
            click.echo(line)


def _lines(answer: Answer) -> list[str]:
    lines = [f"{answer.total} found ({answer.rung}), page {answer.page} of {answer.pages}"]
    for hit in answer.hits:
        about = " · ".join(part for part in (hit.type, hit.unit, str(hit.day or ""), hit.validity, hit.state) if part)
        lines += ["", _marked(hit.title), f"  {about} · {hit.target.page} {hit.target.code}", f"  {_marked(hit.text)}"]
    lines += [f"did you mean: {way.query} ({way.count})" for way in answer.meant]
    lines += [f"try: {way.query} ({way.count}{', without filters' if way.everywhere else ''})" for way in answer.ways]
    return lines


def _marked(snippet: Snippet) -> str:
    text, end, parts = snippet.text, 0, []
    for begin, stop in snippet.ranges:
        parts += [text[end:begin], "[", text[begin:stop], "]"]
        end = stop
    return "".join([*parts, text[end:]])


@click.group()
def bench() -> None:
    """Measure how well and how quickly parts of this software work."""


@bench.command("search")
@click.option("--passages", type=click.Path(exists=True, path_type=Path), required=True, help="JSON Lines: id, text.")
@click.option("--queries", type=click.Path(exists=True, path_type=Path), required=True, help="query, relevant: [id].")
@click.option("--field", default="query", help="Field of a query that holds its text.")
@click.option("--engine", "name", type=click.Choice(backends.NAMES), help="Engine, else that of this instance.")
def bench_search(passages: Path, queries: Path, field: str, name: str | None) -> None:
    """Put passages into an index of their own, ask the queries, print MRR@10, R@1, R@10 and times."""
    lexicon = Lexicon()
    try:
        engine = backends.engine(name or "")
        with tempfile.TemporaryDirectory() as folder:
            names = benching.indexed(engine, Path(folder), benching.lines_of(passages), lexicon)
            index = engine.reader(Path(folder), "public")
            click.echo(str(benching.measure(index, names, benching.lines_of(queries), lexicon, field)))
            index.close()
            engine.drop(Path(folder))
    except KeyError as error:
        raise click.ClickException(f"a line has no {error}; see `sunlit bench search --help`") from error
    except (ValueError, OSError, EngineUnavailable) as error:
        raise click.ClickException(str(error)) from error
