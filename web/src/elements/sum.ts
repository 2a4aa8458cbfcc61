// Whether parts add up to a whole. Pure.

/** The sum of the parts where it is the whole to the last digit shown; else null: the whole is made in another way. */
export function added(parts: (number | null)[], whole: number | null, decimals: number): number | null {
  const known = parts.filter((one): one is number => one !== null);
  if (whole === null || known.length < 2) return null;
  const sum = known.reduce((a, b) => a + b, 0);
  const slack = 0.5 * 10 ** -decimals + known.length * 0.5 * 10 ** -(decimals + 2); // the whole as shown, parts with two digits more
  return Math.abs(sum - whole) <= slack ? sum : null;
}
