"use strict";
// Tables of a record's form: rows added and taken out on the spot, and rows pasted from a spreadsheet.
(() => {
  const root = document.querySelector("[data-form]");
  if (!root) return;
  const MOST_CELLS = 600;
  const cells = (row) => [...row.querySelectorAll("input, select, textarea")];
  const changed = (element) => element.dispatchEvent(new Event("input", { bubbles: true }));

  const addRow = (table) => {
    const body = table.tBodies[0], last = body.lastElementChild, row = last.cloneNode(true);
    const index = Math.max(...[...body.rows].map((one) => Number(one.dataset.index))) + 1;
    const number = body.rows.length + 1;
    row.dataset.index = index;
    for (const error of row.querySelectorAll(".form-error")) error.remove();
    for (const cell of row.querySelectorAll(".has-error")) cell.classList.remove("has-error");
    for (const input of cells(row)) {
      input.value = "";
      input.id = input.name = input.name.replace(/-\d+-/, `-${index}-`);
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, number));
      for (const name of ["aria-invalid", "aria-describedby", "list"]) input.removeAttribute(name);
      for (const option of input.querySelectorAll("[selected]")) option.removeAttribute("selected");
    }
    for (const button of row.querySelectorAll("button")) {
      button.value = button.value.replace(/\d+$/, index);
      button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/\d+/, number));
    }
    body.append(row);
    return row;
  };

  const dropRow = (button) => {
    const row = button.closest("tr"), body = row.parentNode;
    if (body.rows.length === 1) addRow(row.closest("table"));
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    cells(next)[0].focus();
    changed(next);
  };

  root.addEventListener("click", (event) => {
    const more = event.target.closest("[data-add-row]");
    const drop = event.target.closest('button[value^="drop-row:"]');
    if (!more && !drop) return;
    event.preventDefault();
    if (drop) return dropRow(drop);
    cells(addRow(root.querySelector(`[data-table="${more.dataset.addRow}"]`)))[0].focus();
  });

  // What spreadsheets copy: cells parted by tabs, quoted where they hold a tab, a break or a quotation mark.
  const parse = (text) => {
    const rows = [[]];
    let cell = "", quoted = false, at = 0;
    const plain = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    const endCell = () => { rows.at(-1).push(cell.trim()); cell = ""; };
    while (at < plain.length) {
      const sign = plain[at++];
      if (quoted) {
        if (sign !== '"') cell += sign;
        else if (plain[at] === '"') { cell += '"'; at++; }
        else quoted = false;
      } else if (sign === '"' && cell === "") quoted = true;
      else if (sign === "\t") endCell();
      else if (sign === "\n") { endCell(); rows.push([]); }
      else cell += sign;
    }
    endCell();
    return rows.filter((row) => row.some(Boolean));
  };

  const put = (input, value) => {
    if (input.tagName === "SELECT" && value) {
      const known = [...input.options].find((one) => one.value === value || one.textContent.trim() === value);
      if (!known) input.add(new Option(`${value} ?`, value));
      input.value = known ? known.value : value;
    } else input.value = value;
  };

  const plainHead = (text) => text.normalize("NFKC").replace(/[*●○■□\s]/g, "").toLowerCase();
  const bareHead = (text) => plainHead(text).replace(/\([^()]*\)$/, "");

  // Returns for each pasted column its place in the table, or null where the first row names no columns.
  const headsOf = (table, first) => {
    const own = [...table.tHead.rows[0].cells].slice(0, -1).map((one) => one.firstChild.textContent);
    const places = first.map((head) => {
      const exact = own.findIndex((one) => plainHead(one) === plainHead(head));
      return exact >= 0 || /\([^()]*\)$/.test(plainHead(head)) ? exact : own.findIndex((one) => bareHead(one) === plainHead(head));
    });
    return places.filter((one) => one >= 0).length >= Math.min(2, own.length) ? places : null;
  };

  root.addEventListener("paste", (event) => {
    const input = event.target, row = input.closest && input.closest("[data-table] tbody tr");
    const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!row || !/[\t\n]/.test(text.replace(/\n+$/, ""))) return;
    event.preventDefault();
    const table = row.closest("table"), rows = parse(text);
    const field = table.closest("[data-field]"), width = cells(row).length;
    const heads = headsOf(table, rows[0] || []);
    const first = cells(row).indexOf(input);
    const wide = heads ? false : rows.some((one) => first + one.length > width);
    // A head in another unit of money, surplus columns and very long tables are for the server to read.
    const unclear = heads && heads.some((place, at) => place < 0 && rows[0][at]);
    if (wide || unclear || (table.tBodies[0].rows.length + rows.length) * width > MOST_CELLS) {
      const box = field.querySelector('textarea[name$="-paste"]');
      box.closest("details").open = true;
      box.value = text;
      box.focus();
      return;
    }
    let target = row;
    for (const values of heads ? rows.slice(1) : rows) {
      const line = cells(target);
      values.forEach((value, at) => {
        const place = heads ? heads[at] : first + at;
        if (place >= 0 && line[place]) put(line[place], value);
      });
      target = target.nextElementSibling || addRow(table);
    }
    changed(input);
  });
})();
