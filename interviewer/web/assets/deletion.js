/* What is asked before an interview is deleted closes by itself, and no draft of it is left. */
(() => {
  const asked = () => document.querySelectorAll("details.delete[open]");
  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-act=delete], [data-act=delete_all]");
    if (button) interviewer.forget(button.dataset.interview);
    for (const details of asked()) if (button || !details.contains(event.target)) details.open = false;
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const details of asked()) details.open = false;
  });
})();
