"""The small file that says which kind the pages of an old column become, and which field holds what."""

from __future__ import annotations

from pathlib import Path

import yaml
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sunlit.plan.language import Plan

PARTS = ("title", "date", "address", "html", "files", "column", "number")
# What lists of old sites call their columns; the mapping's ``columns`` come before.
USUAL: dict[str, tuple[str, ...]] = {
    "title": ("title", "标题", "名称"),
    "date": ("date", "日期", "发布日期", "发布时间"),
    "address": ("address", "url", "网址", "地址", "链接"),
    "html": ("html", "body", "正文", "内容"),
    "page": ("page", "path", "文件", "页面"),
    "files": ("files", "附件"),
    "column": ("column", "kind", "栏目", "分类"),
    "number": ("number", "文号"),
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Target(_Strict):
    """What pages become: a kind, which of its fields takes which part or column, and what the others hold."""

    kind: str
    fields: dict[str, str]
    defaults: dict[str, str] = Field(default_factory=dict)


class Mapping(_Strict):
    """The mapping file. ``content`` is the id or class of the element that holds the text of a page."""

    site: str = ""
    content: str = ""
    columns: dict[str, str] = Field(default_factory=dict)
    kinds: dict[str, Target] = Field(default_factory=dict)
    default: Target | None = None

    def target(self, column: str) -> Target | None:
        """Return what pages of an old column become, or None if nothing is said of it."""
        return self.kinds.get(column.strip(), self.default)

    def targets(self) -> list[Target]:
        """Return every target."""
        return [*self.kinds.values(), *([self.default] if self.default else [])]


class MappingRefused(ValueError):
    """Says what is wrong with a mapping file."""


def read(path: Path, plan: Plan) -> Mapping:
    """Read a mapping file; raise MappingRefused with everything that is wrong in it."""
    try:
        found = Mapping.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise MappingRefused(_("%(file)s cannot be read: %(why)s") % {"file": path, "why": error}) from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise MappingRefused(_("%(file)s: %(wrong)s") % {"file": path, "wrong": wrong}) from None
    wrong_names = list(_wrong(found, plan))
    if wrong_names:
        raise MappingRefused(_("%(file)s: %(wrong)s") % {"file": path, "wrong": "; ".join(wrong_names)})
    return found


def _wrong(mapping: Mapping, plan: Plan) -> list[str]:
    sentences = []
    if not mapping.targets():
        sentences.append(_("it names no kind; add `kinds` or `default`"))
    for target in mapping.targets():
        kind = plan.kinds.get(target.kind)
        if kind is None:
            sentences.append(_("the plan has no kind %(name)s") % {"name": target.kind})
            continue
        names = [*target.fields.values(), *target.defaults]
        sentences += [
            _("%(kind)s has no field %(name)s") % {"kind": kind.code, "name": name}
            for name in names
            if kind.field(name) is None
        ]
    return sentences
