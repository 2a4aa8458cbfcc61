// Colours of comparisons, from worse to better and by two indicators; told apart by eyes that see no red or no green as well.

type Tones = readonly (readonly [light: string, dark: string])[];

/** Worse in browns, no telling in grey, better in blue-greens; strong, middling, weak and back. */
export const DIVERGING: Tones = [
  ["#8f4310", "#f5a865"], ["#d08a4c", "#b9743d"], ["#efcda9", "#73503a"],
  ["#dadedf", "#3d4950"],
  ["#b2dcd8", "#2f6264"], ["#55a8a2", "#409b96"], ["#0b6560", "#86e6dc"],
];

/** The first indicator grows to the right in yellows, the second upwards in blues: row by row from below. */
export const TWOFOLD: Tones = [
  ["#eceae4", "#323f48"], ["#f2dc98", "#857238"], ["#eab11c", "#e2b63c"],
  ["#b3cfe2", "#2f6a98"], ["#b4ae9c", "#82908d"], ["#a56d26", "#e4cf90"],
  ["#4c93c4", "#4eb0f0"], ["#375f8a", "#a9d5f0"], ["#22252b", "#fbf7ea"],
];
