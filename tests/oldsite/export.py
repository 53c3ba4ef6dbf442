"""An export of an old site, made up: pages that point at each other, pictures, files, and what goes wrong in life."""

from __future__ import annotations

import csv
from pathlib import Path

SITE = "http://www.old.example.gov.cn/"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6300010000000500010d0a2db4"
    "0000000049454e44ae426082"
)
MAPPING = f"""
site: {SITE}
content: zoom
kinds:
  政策文件:
    kind: policy
    fields: {{title: title, date: issued_on, html: body, files: files}}
    defaults: {{normative: '否'}}
"""
HEADERS = ("标题", "发布日期", "网址", "文件", "附件", "栏目")


def pdf(word: str) -> bytes:
    return f"%PDF-1.4\n% {word}\n%%EOF\n".encode()


def address(number: int) -> str:
    return f"/zwgk/{number % 7}/{number}.html" if number % 3 else f"/show.asp?id={number}"


def body(number: int, count: int) -> str:
    following = number % count + 1
    return (
        f"<html><head><meta charset='%s'><script>alert(1)</script></head><body><nav>栏目</nav>"
        f"<div id='zoom'><p onclick='x()'>第{number}页的正文。</p>"
        f"<p><a href='{address(following)}'>下一页</a> <a href='/files/{number % 5}.pdf'>下载</a></p>"
        f"<p><img src='../images/seal.png' alt='印章'><img src='missing.png'></p></div></body></html>"
    )


def write(folder: Path, count: int, **more: list[dict[str, str]]) -> Path:
    """Write an export of ``count`` pages; every fourth page is in GBK. ``extra`` are further rows of the list."""
    for name in ("pages", "files", "zwgk/images", "images"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number in range(5):
        (folder / "files" / f"{number}.pdf").write_bytes(pdf(f"file {number}"))
    for place in ("images", "zwgk/images"):
        (folder / place / "seal.png").write_bytes(PNG)
    rows = []
    for number in range(1, count + 1):
        encoding = "gbk" if number % 4 == 0 else "utf-8"
        (folder / "pages" / f"{number}.html").write_bytes((body(number, count) % encoding).encode(encoding))
        listed = f"files/{number % 5}.pdf" if number % 10 == 0 else ""
        rows.append(
            dict(
                zip(
                    HEADERS,
                    (
                        f"文件第{number}号",
                        f"2019-{number % 12 + 1:02d}-05",
                        address(number),
                        f"pages/{number}.html",
                        listed,
                        "政策文件",
                    ),
                    strict=True,
                )
            )
        )
    with (folder / "index.csv").open("w", encoding="gb18030", newline="") as stream:
        writer = csv.DictWriter(stream, HEADERS, restval="")
        writer.writeheader()
        writer.writerows([*rows, *more.get("extra", [])])
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return folder


def row(**changes: str) -> dict[str, str]:
    """Return a row of the list with some cells changed."""
    usual = dict(zip(HEADERS, ("又一文件", "2019-01-05", "/more/1.html", "pages/1.html", "", "政策文件"), strict=True))
    return {**usual, **changes}
