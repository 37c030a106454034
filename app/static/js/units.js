// The currency beside a price is that of the section which is chosen; one that was looked up is asked for.

const askedFor = async (name, value) => {
  const url = new URL(location.href);
  url.search = new URLSearchParams({ [name]: value });
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok || answer.redirected) return "";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-shows-unit]")?.textContent ?? "";
};

document.addEventListener("change", async ({ target }) => {
  const unit = target.form?.querySelector("[data-shows-unit]");
  if (!unit || !target.matches("select[data-unit-for]")) return;
  const [option] = target.selectedOptions;
  if (option?.value && option.dataset.unit === undefined) option.dataset.unit = await askedFor(target.name, option.value);
  if (target.selectedOptions[0] === option) unit.textContent = option?.dataset.unit ?? "";
});
