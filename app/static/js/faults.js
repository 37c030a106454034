// The first field that was refused comes into view and under the cursor; so does each that the summary links to.

/** Where one types into a field: a select that is a combobox has its own input. */
const inputOf = (field) => document.getElementById(`${field.id}-combobox`) ?? field;

function goTo(field) {
  const input = inputOf(field);
  input.focus({ preventScroll: true });
  // With its label, and clear of what sticks to the edges (scroll-margin in the stylesheet).
  (input.closest(".field") ?? input).scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-faults] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  goTo(field);
});

const first = document.querySelector('main [aria-invalid="true"]');
if (first) goTo(first);
