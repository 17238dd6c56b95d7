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

  let visiting;  // where Back or Forward leads, until the page shows it
  let arrived = false;  // the page shows what its address asked for, or what there is instead
  each(() => {
    const at = there(), refused = Boolean(one("#notice [role=alert]"));
    if (at === undefined) return;
    if (visiting !== undefined && at !== visiting && !refused) return;
    const sought = visiting !== undefined || !arrived;
    [visiting, arrived] = [undefined, true];
    if (at !== asked()) write(at, sought ? "replaceState" : "pushState");
  });

  addEventListener("popstate", () => {
    visiting = asked();
    if (visiting === there()) { visiting = undefined; return; }
    const way = one("#bar [data-act=visit]");
    if (!way) { location.reload(); return; }
    way.dataset.interview = visiting;
    way.click();
  });
  addEventListener("click", (event) => { if (event.isTrusted) visiting = undefined; }, true);

  /* An interview's address does not show the start page first. */
  const frame = document.documentElement;
  if (asked() !== START) frame.classList.add("returning");
  each(() => { if (there() !== undefined) frame.classList.remove("returning"); });
})();
