/* Start page, interview and scorecard each have an address; Back and Forward lead between them. */
(() => {
  const { one, page, interview, shown, each } = interviewer;
  const START = "";
  const asked = () => new URL(location.href).searchParams.get("interview") ?? START;

  /* What the page shows; undefined while that is not certain yet. */
  function there() {
    if (page() === "room") return interview();
    if (page() === "report") return one("#report [data-interview]")?.dataset.interview;
    return shown(one("#start .card:not(.skeleton)")) ? START : undefined;
  }

  function write(known, method) {
    const address = new URL(location.href);
    if (known) address.searchParams.set("interview", known);
    else address.searchParams.delete("interview");
    history[method](history.state, "", address);
  }

  let moved = false;  // Back or Forward was used since the reader did anything on the page
  let arrived = false;  // the page has shown what its address asked for, or what there is instead
  const PATIENCE = 2000;  // milliseconds until a visit that led elsewhere is asked for again
  let last, visited = 0;
  function visit() {
    const way = one("#bar [data-act=visit]");
    if (!way) { location.reload(); return; }
    visited = performance.now();
    way.dataset.interview = asked();
    way.click();
  }
  each(() => {
    const at = there(), refused = Boolean(one("#notice [role=alert]"));
    if (at === undefined) return;
    const late = at !== last;  // what was asked for before the address changed once more
    last = at;
    if (at === asked()) { arrived = true; return; }
    if (moved && !refused) {
      if (late || performance.now() - visited > PATIENCE) visit();
      return;
    }
    write(at, arrived && !moved ? "pushState" : "replaceState");
    [moved, arrived] = [false, true];
  });

  addEventListener("popstate", () => {
    one("#notice [data-act=dismiss]")?.click();
    moved = true;
    if (asked() !== there()) visit();
  });
  addEventListener("click", (event) => { if (event.isTrusted) moved = false; }, true);

  /* An interview's address does not show the start page first. */
  const frame = document.documentElement;
  if (asked() !== START) frame.classList.add("returning");
  each(() => { if (there() !== undefined) frame.classList.remove("returning"); });
})();
