/* What stands in the boxes outlives a reload, a second tab and a server that stopped.
   Every tab keeps its own; what was written last is also left for a tab that is opened later. An
   empty box takes back what this tab left and what was sent, never what another tab wrote. */
(() => {
  const { one, box, sketch, interview, each } = interviewer;
  const letters = (text) => (text ?? "").replace(/[^\p{L}\p{N}]/gu, "");

  function lastMessage() {
    const said = [...document.querySelectorAll("#chat .candidate .said")].pop();
    const parts = [...(said?.childNodes ?? [])].filter((part) => !part.matches?.(".drawn"));
    return parts.map((part) => part.textContent).join("");
  }
  /* The sketch as it was sent last, or stood at the end of the interview that this one follows. */
  const lastSketch = () => one("#notebook .notebook")?.dataset.sketch ?? "";

  function keeper(kind, find, begins, isSent) {
    let of = null, found = null, left = null;
    const key = () => `interviewer-${kind}-${of}`;

    function takeUp(field) {
      const own = sessionStorage.getItem(key()), shared = localStorage.getItem(key());
      left = null;
      found = own ?? shared;
      if (found === null || (found && isSent(found))) found = begins();
      if (found === field.value) return;
      field.value = found;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    function leave(text) {
      if (text === found || text === left) return;
      localStorage.setItem(key(), text);
      [left, found] = [text, null];
    }

    function takeBack() {
      const shared = localStorage.getItem(key());
      if (shared !== null && (shared === left || isSent(shared))) localStorage.removeItem(key());
      left = null;
    }

    return () => {
      const field = find(), id = interview();
      if (!field || !id) return;
      if (of !== id) { of = id; takeUp(field); }
      sessionStorage.setItem(key(), field.value);
      if (field.value) leave(field.value); else takeBack();
    };
  }

  const keep = [
    keeper("draft", box, () => "", (text) => letters(text) === letters(lastMessage())),
    keeper("sketch", sketch, lastSketch, () => false),
  ];
  each(() => keep.forEach((one) => one()));
  addEventListener("input", () => keep.forEach((one) => one()));

  /* Nothing that was written is left behind of an interview that is deleted. */
  const ours = /^interviewer-(draft|sketch)-(.*)$/;
  interviewer.forget = (id) => {
    for (const store of [sessionStorage, localStorage])
      for (const key of Object.keys(store)) {
        const of = ours.exec(key)?.[2];
        if (of !== undefined && (id === undefined || of === id)) store.removeItem(key);
      }
  };

  const trimmed = (text) =>
    text.split("\n").map((line) => line.trimEnd()).join("\n").replace(/^\n+|\n+$/g, "");
  interviewer.unsent = () => {
    const drawn = trimmed(sketch()?.value ?? "");
    return Boolean(box()?.value.trim()) || (drawn !== "" && drawn !== trimmed(lastSketch()));
  };
})();
