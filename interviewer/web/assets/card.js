/* The scorecard: points judged again, quotes that lead to their turns, and what was unfolded. */
(() => {
  const { one, each } = interviewer;

  const open = new Map();  // what the reader unfolded or folded, by its key
  function unfold(key) {
    const details = one(`#card details[data-key="${key}"]`);
    if (!details) return;
    open.set(key, true);
    details.open = true;
  }

  /* "I did say this", "This credit is wrong": a point and words selected for it; the server checks both. */
  let point;
  const claim = () => one("#claim");
  const letter = (text, at) => /[\p{L}\p{N}]/u.test(text?.[at] ?? "");
  /* What is selected, without half words at its ends. */
  function wholeWords(selection) {
    const { startContainer: first, startOffset, endContainer: last, endOffset } = selection.getRangeAt(0);
    let from = startOffset, to = endOffset;
    while (from > 0 && letter(first.data, from) && letter(first.data, from - 1)) from -= 1;
    while (to > 0 && letter(last.data, to) && letter(last.data, to - 1)) to += 1;
    const before = first.data?.slice(from, startOffset) ?? "", after = last.data?.slice(endOffset, to) ?? "";
    return `${before}${selection}${after}`.trim();
  }
  function openClaim(button) {
    const form = claim(), { judge, statement, claim: item, words } = button.dataset;
    form.hidden = false;
    form.dataset.judge = judge;
    form.querySelector(".statement").textContent = statement;
    Object.assign(form.querySelector("[data-act]").dataset, { act: judge, item });
    form.querySelector("textarea").value = words;
    button.after(form);
    point = button;
    unfold("transcript");
    form.querySelector("textarea").focus();
  }
  function go(place) {
    if (place === "transcript") unfold("transcript");
    const target = place === "point" ? point : one("#report .turn.candidate");
    target?.scrollIntoView({ block: "center", behavior: "instant" });
    if (place === "point") target?.focus({ preventScroll: true });
  }
  /* The clipboard is there for secure pages only; elsewhere the words are selected to be copied. */
  async function copyFrom(button) {
    const field = one(`#${button.dataset.copy}`);
    field.select();
    try { await navigator.clipboard.writeText(field.value); button.textContent = "Copied"; }
    catch { button.textContent = document.execCommand("copy") ? "Copied" : "Press Ctrl+C"; }
  }
  document.addEventListener("selectionchange", () => {
    const form = claim(), selection = getSelection(), words = String(selection).trim();
    if (!form || form.hidden || !words) return;
    const from = selection.anchorNode?.parentElement?.closest("#report .turn.candidate");
    if (from && from.contains(selection.focusNode)) form.querySelector("textarea").value = wholeWords(selection);
  });
  addEventListener("click", (event) => {
    const start = event.target.closest?.("[data-claim]");
    if (start) openClaim(start);
    if (event.target.closest?.("[data-cancel=claim]")) { claim().hidden = true; go("point"); }
    const where = event.target.closest?.("[data-go]");
    if (where) go(where.dataset.go);
    const inside = event.target.closest?.("[data-unfold]");
    if (inside) {
      unfold(inside.dataset.unfold);
      one(`#card details[data-key="${inside.dataset.unfold}"]`)?.scrollIntoView({ block: "start" });
    }
    const copy = event.target.closest?.("[data-copy]");
    if (copy) copyFrom(copy);
    const judge = event.target.closest?.("#claim [data-act]");
    if (judge) judge.dataset.quote = claim().querySelector("textarea").value;
  }, true);

  addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-turn].link");
    if (!link) return;
    unfold("transcript");
    const turn = one(`#report #turn-${CSS.escape(link.dataset.turn)}`);
    turn?.scrollIntoView({ block: "center" });
    turn?.classList.add("found");
    setTimeout(() => turn?.classList.remove("found"), 2000);
  });

  /* Whatever builds the card anew leaves it as it was: the same parts open, the same line in view. */
  let of, anchor, place = 0;
  const report = () => one("#card .report");
  const rowOf = (known) => one(`#card [data-row="${CSS.escape(known)}"]`);
  const changed = () => [...document.querySelectorAll("#card details[data-key]")]
    .filter((details) => open.has(details.dataset.key) && open.get(details.dataset.key) !== details.open);
  function mark() {
    if (changed().length > 0) return;  // it was built anew, and what the reader saw is gone
    place = scrollY;
    if (anchor) anchor.top = rowOf(anchor.row)?.getBoundingClientRect().top;
  }
  addEventListener("scroll", mark, { passive: true });
  addEventListener("click", (event) => {
    const details = event.target.closest?.("#card summary")?.parentElement;
    if (details?.dataset.key) open.set(details.dataset.key, !details.open);
    if (!event.target.closest?.("#card [data-act]")) return;
    const row = event.target.closest("[data-row]");
    anchor = row ? { row: row.dataset.row } : undefined;
    mark();
  }, true);
  each(() => {
    const now = report()?.dataset.interview;
    if (now !== of) { open.clear(); anchor = undefined; of = now; }
    const folded = changed();
    if (folded.length === 0) return;
    for (const details of folded) details.open = open.get(details.dataset.key);
    const row = anchor && rowOf(anchor.row);
    if (row && anchor.top !== undefined)
      scrollBy({ top: row.getBoundingClientRect().top - anchor.top, behavior: "instant" });
    else scrollTo({ top: place, behavior: "instant" });
  });
})();
