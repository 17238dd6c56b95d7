/* What the page does by itself: clock, draft, scrolling, turn links. It never calls the server. */
(() => {
  const LIMIT = 12000;
  const one = (selector) => document.querySelector(selector);
  const box = () => one("#message textarea");
  const interview = () => one("#room [data-interview]")?.dataset.interview;
  const busy = () => Boolean(one("#live [aria-busy]"));
  const shown = (element) => Boolean(element && element.offsetParent !== null);
  const written = (seconds) =>
    `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  /* Writing what already stands there is a change to the observer below, which would never rest. */
  const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };

  let clockKey = "", clockStart = 0;
  function tickClock() {
    const clock = one("#room .clock");
    if (!clock) return;
    const { used, planned, waiting, cap, turn, state } = clock.dataset;
    const key = [interview(), used, turn, state].join();
    if (key !== clockKey) { clockKey = key; clockStart = performance.now(); }
    if (busy()) return;
    const here = state === "running" ? (performance.now() - clockStart) / 1000 : 0;
    const now = Number(used) + Math.min(Number(cap), Number(waiting) + here);
    write(clock.querySelector(".used"), written(now));
    clock.querySelector(".fill").style.width = `${Math.min(100, (100 * now) / Number(planned))}%`;
    clock.classList.toggle("over", now > Number(planned));
  }

  /* A sketch that was not sent yet survives a reload. */
  const sketch = () => one("#sketch textarea");
  const sketchKey = (id) => `interviewer-sketch-${id}`;
  let sketchOf = null;
  function keepSketch() {
    const field = sketch(), id = interview();
    if (!field || !id) { sketchOf = null; return; }
    if (sketchOf !== id) {
      sketchOf = id;
      const kept = localStorage.getItem(sketchKey(id)) ?? one("#drawing pre")?.textContent ?? "";
      if (kept !== field.value) {
        field.value = kept;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    if (field.value) localStorage.setItem(sketchKey(id), field.value);
    else localStorage.removeItem(sketchKey(id));
  }

  /* A draft survives a reload; it goes when its message stands in the chat. */
  const draftKey = (id) => `interviewer-draft-${id}`;
  let draftOf = null;
  function keepDraft() {
    const field = box(), id = interview();
    if (!field || !id) { draftOf = null; return; }
    if (draftOf !== id) {
      draftOf = id;
      const kept = localStorage.getItem(draftKey(id));
      const said = [...document.querySelectorAll("#chat .candidate .said")].pop()?.textContent;
      if (kept && !field.value && kept.trim() !== said?.trim()) {
        field.value = kept;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    if (field.value) localStorage.setItem(draftKey(id), field.value);
    else localStorage.removeItem(draftKey(id));
    countCharacters(field);
  }

  function countCharacters(field) {
    const count = one("#count .counter");
    if (!count) return;
    const many = field.value.length;
    write(count, many > LIMIT * 0.8
      ? `${many.toLocaleString("en")} of ${LIMIT.toLocaleString("en")} characters` : "");
    count.classList.toggle("over", many > LIMIT);
  }

  /* The newest words stay in view unless the reader scrolled up. */
  let pinned = true, lastWords = "", lastPage = "";
  addEventListener("scroll", () => {
    const end = one("#composer")?.getBoundingClientRect();
    if (end) pinned = end.top < innerHeight + 40 && one("#live")?.getBoundingClientRect().bottom < innerHeight + 160;
  }, { passive: true });
  function follow() {
    const page = shown(one("#room")) ? "room" : shown(one("#report")) ? "report" : "start";
    const words = page === "room" ? `${one("#chat")?.textContent.length} ${one("#live")?.textContent.length}` : "";
    const entered = page !== lastPage;
    if (entered) {
      lastPage = page;
      document.body.classList.remove("ending");
      scrollTo(0, 0);
      if (page === "room") { pinned = true; box()?.focus({ preventScroll: true }); }
    }
    if (page === "room" && words !== lastWords && pinned)
      [...document.querySelectorAll("#chat .turn, #live .turn")].pop()
        ?.scrollIntoView({ block: "end", behavior: "instant" });
    lastWords = words;
    const address = new URL(location.href);
    const id = shown(one("#report")) ? one("#report [data-interview]")?.dataset.interview : page === "room" ? interview() : null;
    if (id) address.searchParams.set("interview", id); else if (page === "start" && shown(one("#start .card:not(.skeleton)"))) address.searchParams.delete("interview");
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }

  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; takeUp(); announce(); follow(); keepDraft(); keepSketch(); tickClock(); });
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["class"] });
  addEventListener("input", (event) => {
    if (event.target === box()) keepDraft();
    if (event.target === sketch()) keepSketch();
  });
  setInterval(() => { keepDraft(); keepSketch(); tickClock(); }, 1000);

  /* Every update builds the chat anew, so a screen reader is told of a reply in a place that stays. */
  const spoken = Object.assign(document.createElement("div"), { className: "sr", id: "spoken" });
  spoken.setAttribute("role", "status");
  let announced = "";
  function announce() {
    if (!spoken.isConnected && document.body) document.body.append(spoken);
    const last = [...document.querySelectorAll("#chat .turn.interviewer")].pop();
    const key = last && !busy() ? `${interview()} ${last.dataset.number}` : announced;
    if (key === announced) return;
    spoken.textContent = announced ? `Interviewer: ${last.querySelector(".said").textContent}` : "";
    announced = key;
  }

  /* One message at a time: a second press before the page has taken up the first is refused. */
  const PATIENCE = 3000;  // milliseconds after which a press that led to nothing is forgotten
  const SENDERS = "#send, #hint, #skip, #back";
  let pressed = -PATIENCE;
  const sending = () => busy() || performance.now() - pressed < PATIENCE;
  function refuseOrSend(event) {
    if (sending()) { event.stopImmediatePropagation(); event.preventDefault(); }
    else pressed = performance.now();
  }
  let turns = 0;
  function takeUp() {
    const now = document.querySelectorAll("#chat .turn").length;
    if (busy() || now !== turns || one("#notice [role=alert]")) pressed = -PATIENCE;
    turns = now;
  }
  addEventListener("click", (event) => {
    if (event.target.closest?.(SENDERS)) refuseOrSend(event);
  }, true);

  /* Enter sends, unless an input method is composing. */
  addEventListener("keydown", (event) => {
    if (event.target !== box() || event.key !== "Enter" || event.shiftKey) return;
    pinned = true;
    if (event.isComposing) event.stopImmediatePropagation(); else refuseOrSend(event);
  }, true);

  /* "I did say this": a point and the words selected for it; the server checks both. */
  const claim = () => one("#claim");
  function openClaim(button) {
    const form = claim();
    form.hidden = false;
    form.querySelector(".statement").textContent = button.dataset.statement;
    form.querySelector("[data-act]").dataset.item = button.dataset.claim;
    button.after(form);
    one("#report .transcript").open = true;
    form.querySelector("textarea").focus();
  }
  document.addEventListener("selectionchange", () => {
    const form = claim(), selection = getSelection(), words = String(selection).trim();
    if (!form || form.hidden || !words) return;
    const from = selection.anchorNode?.parentElement?.closest("#report .turn.candidate");
    if (from && from.contains(selection.focusNode)) form.querySelector("textarea").value = words;
  });
  addEventListener("click", (event) => {
    const start = event.target.closest?.("[data-claim]");
    if (start) openClaim(start);
    if (event.target.closest?.("[data-cancel=claim]")) claim().hidden = true;
    const judge = event.target.closest?.("[data-act=rejudge]");
    if (judge) judge.dataset.quote = claim().querySelector("textarea").value;
  }, true);

  addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-turn].link");
    if (!link) return;
    const transcript = one("#report .transcript");
    if (transcript) transcript.open = true;
    const turn = one(`#report #turn-${CSS.escape(link.dataset.turn)}`);
    turn?.scrollIntoView({ block: "center" });
    turn?.classList.add("found");
    setTimeout(() => turn?.classList.remove("found"), 2000);
  });
})();
