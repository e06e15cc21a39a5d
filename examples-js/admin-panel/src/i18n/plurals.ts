/** Numbers with their nouns. */

/** The forms of a noun by the categories of `Intl.PluralRules`. A language needs only those that it has. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Returns a function that writes a number with the right form of a noun: `"1,000 messages"`. */
export function createCounter(locale: string) {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (count: number, forms: Forms): string =>
    `${numbers.format(count)} ${forms[rules.select(count)] ?? forms.other}`;
}
