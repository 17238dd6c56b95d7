/* What the page does by itself: clock, scrolling, sending. It never calls the server.
   The other scripts take up what it offers them, and are called whenever the page changes. */
const interviewer = (() => {
  const LIMIT = 12000;
  const one = (selector) => document.querySelector(selector);
  const box = () => one("#message textarea");
  const sketch = () => one("#sketch textarea");
  const interview = () => one("#room [data-interview]")?.dataset.interview;
  const busy = () => Boolean(one("#live [aria-busy]"));
  const shown = (element) => Boolean(element && element.offsetParent !== null);
  const page = () => ["room", "report", "start"].find((name) => shown(one(`#${name}`))) ?? "";
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

  function countCharacters() {
    const count = one("#count .counter"), field = box();
    if (!count || !field) return;
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
    const here = page();
    const words = here === "room" ? `${one("#chat")?.textContent.length} ${one("#live")?.textContent.length}` : "";
    const at = here === "room" ? `room ${interview()}` : here;
    if (at !== lastPage) {
      lastPage = at;
      document.body.classList.remove("ending");
      scrollTo(0, 0);
      if (here === "room") { pinned = true; box()?.focus({ preventScroll: true }); }
    }
    if (here === "room" && words !== lastWords && pinned)
      [...document.querySelectorAll("#chat .turn, #live .turn")].pop()
        ?.scrollIntoView({ block: "end", behavior: "instant" });
    lastWords = words;
  }

  /* A box that grows covers the question that is being answered, unless the page goes along. */
  let high = 0;
  function makeRoom() {
    const now = one("#composer")?.offsetHeight ?? 0;
    if (!now || now === high) return;
    const grew = high && now > high;
    high = now;
    document.documentElement.style.setProperty("--composer", `${now}px`);
    const last = [...document.querySelectorAll("#chat .turn, #live .turn")].pop();
    if (grew && pinned && document.activeElement === box()) last?.scrollIntoView({ block: "end", behavior: "instant" });
  }

  /* Served to others, what is stored is stored with the server. */
  function sayWhere() {
    const where = one("#bar .local");
    if (where && !/^(localhost|127\..*|\[::1\])$/.test(location.hostname)) write(where, "Stored on the server");
  }

  /* The notebook scrolls by itself and stays where it was when it is built anew. */
  let read = 0;
  addEventListener("scroll", (event) => {
    if (event.target.matches?.(".notebook")) read = event.target.scrollTop;
  }, { capture: true, passive: true });
  function stay() {
    const notebook = one("#notebook .notebook");
    if (notebook && notebook.scrollTop !== read) notebook.scrollTop = read;
  }

  const calls = [];
  const each = (call) => calls.push(call);
  const act = () => calls.forEach((call) => call());
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; takeUp(); announce(); makeRoom(); follow(); stay(); sayWhere(); act(); countCharacters(); tickClock(); });
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["class"] });
  addEventListener("input", () => { countCharacters(); requestAnimationFrame(makeRoom); });
  setInterval(() => { act(); countCharacters(); tickClock(); }, 1000);

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
  const SENDERS = "#send, #hint, #skip, #back, #send-end";
  let pressed = -PATIENCE;
  const sending = () => busy() || performance.now() - pressed < PATIENCE;
  function refuseOrSend(event) {
    takeUp();  // what came since the last frame counts
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

  /* On a phone the sketch lies below the conversation. */
  const show = (selector) => one(selector)?.scrollIntoView({ block: "start", behavior: "instant" });

  /* Whoever ends an interview is asked, and told of what was not sent. */
  function askToEnd() {
    document.body.classList.toggle("unsent", interviewer.unsent());
    document.body.classList.add("ending");
  }
  addEventListener("click", (event) => {
    if (event.target.closest?.("#send-end")) document.body.classList.remove("ending");
  });

  return { askToEnd, show, one, box, sketch, interview, page, shown, each };
})();
