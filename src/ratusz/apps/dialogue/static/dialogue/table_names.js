// Looks for names in a note without a connection: the same stems and endings as on the server.
const WORD = /\p{L}+/gu;
const ADDRESS = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu;
const TELEPHONE = /(?<!\d)(?:\+48[ -]?)?\d{3}[ -]?\d{3}[ -]?\d{3}(?!\d)/gu;
const OFFICE = /(?<!\p{L})(?:prezydent|burmistrz|wójt|skarbni|sekretarz|dyrektor|preze|mayor|treasurer|president|director)\p{L}*\s+(?:miasta\s+|city of\s+|of\s+)?\p{Lu}[\p{L}-]+/giu;

export function fold(text) {
  return text.toLowerCase().replaceAll("ł", "l").normalize("NFD").replace(/\p{M}/gu, "");
}

export function findings(text, names, endings, official) {
  const found = [];
  for (const match of text.matchAll(OFFICE)) {
    const last = match[0].split(/\s+/).at(-1);
    if (last[0] !== last[0].toLowerCase()) found.push({ start: match.index, end: match.index + match[0].length, found: match[0], offer: official });
  }
  for (const pattern of [ADDRESS, TELEPHONE]) {
    for (const match of text.matchAll(pattern)) found.push({ start: match.index, end: match.index + match[0].length, found: match[0], offer: "" });
  }
  const words = [...text.matchAll(WORD)].map((match) => ({ start: match.index, end: match.index + match[0].length, text: match[0] }));
  const allowed = new Set(endings);
  const isForm = (word, stems) => {
    const plain = fold(word);
    return stems.some((stem) => plain.startsWith(stem) && allowed.has(plain.slice(stem.length)));
  };
  words.forEach((word, k) => {
    if (word.text[0] === word.text[0].toLowerCase()) return;
    for (const name of names) {
      const last = k + name.words.length - 1;
      if (last < words.length && name.words.every((stems, step) => isForm(words[k + step].text, stems))) {
        found.push({ start: word.start, end: words[last].end, found: text.slice(word.start, words[last].end), offer: name.offer });
      }
    }
  });
  found.sort((one, other) => one.start - other.start || other.end - one.end || Number(!one.offer) - Number(!other.offer));
  return found.filter((one, k) => k === 0 || !found.slice(0, k).some((other) => one.start < other.end));
}
