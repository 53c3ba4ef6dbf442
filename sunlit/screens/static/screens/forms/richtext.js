// Turns the text areas for formatted text into an editor; without it they take HTML or plain text.
const root = document.querySelector("[data-form][data-editor]");
const isChinese = document.documentElement.lang.startsWith("zh");
const isTraditional = document.documentElement.lang === "zh-Hant";
const WORDS = {
  paragraph: "正文", "heading 2": "二级标题", "heading 3": "三级标题", "heading 4": "四级标题",
  bold: "加粗", italic: "斜体", underline: "下划线", subscript: "下标", superscript: "上标",
  "unordered list": "项目符号", "ordered list": "编号", blockquote: "引文",
  "insert link": "插入链接", "remove link": "去掉链接", "Insert table": "插入表格", "Add column": "增加列",
  "Delete column": "删除列", "Add row": "增加行", "Delete row": "删除行", "Merge cells": "合并单元格",
  "Split cell": "拆分单元格", "Toggle header cell": "表头单元格", "Delete table": "删除表格", picture: "图片",
  undo: "撤销", redo: "重做", Update: "确定", Cancel: "取消", URL: "网址", Title: "标题", "Edit Link": "链接",
  Rows: "行数", Columns: "列数", "Include header row": "有表头", "Table Properties": "表格", "Insert Table": "插入表格",
  "What the picture shows": "图片说明（给看不见图的人）", "The picture was not taken.": "图片没有上传成功。",
  Toolbar: "工具栏",
};
const TRADITIONAL = {
  正文: "正文", 二级标题: "二級標題", 三级标题: "三級標題", 四级标题: "四級標題", 斜体: "斜體", 下划线: "下劃線", 下标: "下標",
  上标: "上標", 项目符号: "項目符號", 编号: "編號", 插入链接: "插入鏈接", 去掉链接: "去掉鏈接", 增加列: "增加列", 删除列: "刪除列",
  删除行: "刪除行", 合并单元格: "合併單元格", 拆分单元格: "拆分單元格", 表头单元格: "表頭單元格", 删除表格: "刪除表格", 图片: "圖片",
  撤销: "撤銷", 确定: "確定", 网址: "網址", 标题: "標題", 链接: "鏈接", 行数: "行數", 列数: "列數", 有表头: "有表頭",
  "图片说明（给看不见图的人）": "圖片說明（給看不見圖的人）", "图片没有上传成功。": "圖片沒有上傳成功。", 工具栏: "工具欄",
};
const say = (word) => {
  if (!isChinese) return word.charAt(0).toUpperCase() + word.slice(1);
  const found = WORDS[word] || word;
  return isTraditional ? TRADITIONAL[found] || found : found;
};

// Pictures are named by their hash; while they are edited they have an address.
const pictures = root ? root.dataset.pictures || "" : "";
const shown = (html) => (pictures ? html.replace(/src="sha256:([0-9a-f]{64})"/g, `src="${pictures}$1/"`) : html);
const stored = (html) =>
  pictures ? html.replace(/src="[^"]*\/pictures\/([0-9a-f]{64})\/?"/g, 'src="sha256:$1"') : html;

// What Word and WPS put beside the text; what is left over the editor's own rules take out.
const cleaned = (html) => {
  // Styles go first, as text: the policy of the page would complain of each that is merely parsed.
  const bare = html.replace(/<!--[\s\S]*?-->|<style[\s\S]*?<\/style>/gi, "")
    .replace(/<[^>]+>/g, (tag) => tag.replace(/\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, ""));
  const page = new DOMParser().parseFromString(bare, "text/html");
  for (const one of page.querySelectorAll("style, meta, link, script, title, xml, o\\:p")) {
    if (one.localName === "o:p") one.replaceWith(...one.childNodes);
    else one.remove();
  }
  for (const one of page.querySelectorAll("h1")) {
    const lower = page.createElement("h2");
    lower.append(...one.childNodes);
    one.replaceWith(lower);
  }
  for (const one of page.querySelectorAll("img")) {
    if (!/\/pictures\/[0-9a-f]{64}\/?$/.test(one.getAttribute("src") || "")) one.remove();
  }
  for (const one of page.querySelectorAll("[class], [lang], [width], [height]")) {
    for (const name of ["class", "lang", "width", "height"]) one.removeAttribute(name);
  }
  for (const one of page.querySelectorAll("p")) {
    if (!one.textContent.replace(/\u00a0/g, "").trim() && !one.querySelector("img")) one.remove();
  }
  return page.body.innerHTML;
};

const words = (text) => text.replace(/\s+/g, "");

async function upload(file) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  const data = new FormData();
  data.append("picture", file);
  const answer = await fetch(pictures, {
    method: "POST", body: data, credentials: "same-origin", headers: { "X-CSRFToken": token ? token.value : "" },
  });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(found.refused || say("The picture was not taken."));
  return found.sha256;
}

function pictureButton(lib) {
  const askAlt = lib.updateAttrsDialog({ alt: { type: "string", title: say("What the picture shows") } }, { title: say("picture") });
  return lib.Extension.create({
    name: "pictureButton",
    addMenuItems({ buttons, menu }) {
      menu.defineItem({
        name: "picture",
        groups: "picture",
        button: buttons.material("image", "picture"),
        active: (editor) => editor.isActive("image"),
        async command(editor) {
          if (editor.isActive("image")) {
            const attributes = await askAlt(editor, { alt: editor.getAttributes("image").alt || "" });
            if (attributes) editor.chain().focus().updateAttributes("image", attributes).run();
            return;
          }
          const input = document.createElement("input");
          input.type = "file";
          input.accept = "image/png,image/jpeg,image/gif,image/webp";
          input.addEventListener("change", async () => {
            try {
              const sha256 = await upload(input.files[0]);
              const { alt } = (await askAlt(editor, { alt: "" })) || { alt: "" };
              editor.chain().focus().setImage({ src: `${pictures}${sha256}/`, alt }).run();
            } catch (error) {
              window.alert(error.message);
            }
          });
          input.click();
        },
      });
    },
  });
}

function extensionsOf(lib) {
  const found = [
    lib.Document, lib.Paragraph, lib.Text, lib.HardBreak, lib.Dropcursor, lib.Gapcursor, lib.History,
    lib.Heading.configure({ levels: [2, 3, 4] }), lib.BulletList, lib.OrderedList.configure({ enableListAttributes: false }), lib.ListItem,
    lib.Bold, lib.Italic, lib.Underline, lib.Strike, lib.Subscript, lib.Superscript, lib.Blockquote,
    lib.Link.configure({ enableTarget: false, autolink: false, protocols: ["http", "https", "mailto", "tel"] }),
    lib.Table.configure({ resizable: false }), lib.TableRow, lib.TableHeader, lib.TableCell,
    lib.Menu.configure({
      groups: [
        { group: "headings" }, { group: "lists" }, { group: "own" }, { group: "link" }, { group: "picture" },
        { group: "table" }, { group: "history" },
      ],
    }),
    lib.Extension.create({
      name: "ownButtons",
      addMenuItems({ buttons, menu }) {
        for (const [mark, icon] of [["bold", "format_bold"], ["italic", "format_italic"], ["underline", "format_underlined"]]) {
          menu.defineItem({
            name: `own-${mark}`, groups: "own", button: buttons.material(icon, mark),
            active: (editor) => editor.isActive(mark), command: (editor) => editor.chain().focus().toggleMark(mark).run(),
          });
        }
        menu.defineItem({
          name: "own-paragraph", groups: "headings", priority: 200, button: buttons.material("notes", "paragraph"),
          active: (editor) => editor.isActive("paragraph"), command: (editor) => editor.chain().focus().setParagraph().run(),
        });
      },
    }),
  ];
  if (pictures) found.push(lib.Image.configure({ inline: true, allowBase64: false }), pictureButton(lib));
  return found;
}

function create(lib, textarea) {
  const frame = document.createElement("div");
  frame.className = "prose-editor";
  textarea.before(frame);
  const described = textarea.getAttribute("aria-describedby");
  const attributes = {
    id: textarea.id, role: "textbox", "aria-multiline": "true", "aria-label": textarea.dataset.label, class: "prose",
    ...(described ? { "aria-describedby": described } : {}),
  };
  const before = new DOMParser().parseFromString(textarea.value, "text/html").body.textContent;
  const plain = /<[a-z!/]/i.test(textarea.value) ? textarea.value : asParagraphs(textarea.value);
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  const id = textarea.id;
  const editor = new lib.Editor({
    element: frame,
    extensions: extensionsOf(lib),
    content: shown(plain),
    injectCSS: false,
    editorProps: { attributes, transformPastedHTML: cleaned },
    onUpdate({ editor }) {
      textarea.value = editor.isEmpty ? "" : stored(editor.getHTML());
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  // A text that the editor cannot hold whole stays as it is, to be edited as HTML.
  if (words(editor.state.doc.textContent) !== words(before) || (!pictures && textarea.value.includes("<img"))) {
    editor.destroy();
    frame.remove();
    return;
  }
  textarea.id = `${id}-source`;
  textarea.hidden = true;
  if (label) {
    label.removeAttribute("for");
    label.addEventListener("click", () => editor.commands.focus());
  }
  setTimeout(() => name(frame), 0);
}

const asParagraphs = (text) => {
  const page = document.implementation.createHTMLDocument("");
  for (const line of text.split("\n").map((one) => one.trim()).filter(Boolean)) {
    const paragraph = page.createElement("p");
    paragraph.textContent = line;
    page.body.append(paragraph);
  }
  return page.body.innerHTML;
};

function name(frame) {
  const bar = frame.querySelector(".prose-menubar");
  if (!bar) return;
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", say("Toolbar"));
  for (const button of bar.querySelectorAll("button")) {
    const word = say(button.title || button.getAttribute("aria-label") || "");
    button.title = word;
    button.setAttribute("aria-label", word);
  }
}

if (root) {
  window.gettext = say;
  const lib = await import(root.dataset.editor);
  for (const textarea of root.querySelectorAll("textarea[data-richtext]")) create(lib, textarea);
}
