// Parts of a page that a script makes, said as markup says them.

/** Return an element with these attributes (true: without a value; false or none: left out) and parts in it. */
export function make(tag, attributes = {}, ...parts) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...parts);
  return element;
}

/** A picture of the sprite, as the server's templates have it. */
export function picture(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${new URL("../icons.svg", import.meta.url).pathname}#${name}`);
  drawing.append(use);
  return drawing;
}
