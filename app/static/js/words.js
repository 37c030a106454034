// Words in the reader's language: English is what the scripts say; another language brings its file.

const { words: language } = document.documentElement.dataset;
const translated = language ? await load(language) : {};

/** Return what ./words/<language>.js says: for each English text its translation, or [singular, plural]. */
async function load(name) {
  try {
    return (await import(`./words/${name}.js`)).default;
  } catch {
    return {};
  }
}

const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);

/** Return the text in the reader's language, its %(name)s filled with the values. */
export function _(text, values = {}) {
  return filled(translated[text] ?? text, values);
}

/** Return the text for one or for many; %(num)s is the number. */
export function ngettext(one, many, number, values = {}) {
  const [singular, plural] = translated[one] ?? [one, many];
  return filled(number === 1 ? singular : plural, { num: number, ...values });
}
