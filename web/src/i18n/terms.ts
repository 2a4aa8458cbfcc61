// English for the Vietnamese units, sources and fixed sentences of the server's table; `{}` stands for a number, a name or another term.

export type Terms = Record<string, string>;

const compiled = new WeakMap<Terms, [RegExp, string][]>();

/** The English of a term, of a sentence or of several; what the table does not know stays as it is. */
export function english(text: string, terms: Terms): string {
  const known = terms[text];
  if (known !== undefined) return known;
  for (const [pattern, target] of sentences(terms)) {
    const found = pattern.exec(text);
    if (!found) continue;
    let part = 0;
    return target.replace(/\{\}/g, () => english(found[++part]!, terms));
  }
  const several = text.split(/(; |(?<=\.) )/); // sentences at even places, what parts them at odd ones
  return several.length > 1 ? several.map((one, i) => (i % 2 ? one : english(one, terms))).join("") : text;
}

function sentences(terms: Terms): [RegExp, string][] {
  let list = compiled.get(terms);
  if (!list) {
    list = Object.entries(terms).filter(([vi]) => vi.includes("{}")).map(([vi, en]) => [pattern(vi), en]);
    compiled.set(terms, list);
  }
  return list;
}

function pattern(sentence: string): RegExp {
  const escaped = sentence.split("{}").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join("((?:(?![;.] ).)+?)")}$`, "s");
}
