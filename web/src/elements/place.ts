// Where a box beside a point of the map goes: wholly into the part of the map that nothing lies over.

/** Sides of the free part, in pixels of the map. */
export interface Free {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Move `box` to a wished place, and as far back as the free part needs; the upper left corner wins where room is short. */
export function put(box: HTMLElement, wished: { left: number; top: number }, free: Free): void {
  const { width, height } = box.getBoundingClientRect();
  const left = Math.max(free.left, Math.min(wished.left, free.right - width));
  const top = Math.max(free.top, Math.min(wished.top, free.bottom - height));
  box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

/** Room kept free around the right half of the free part, on a phone its lower half, below the title. */
export function half({ left, top, right, bottom }: Free, { width, height }: DOMRect, phone: boolean): Free {
  const begin = phone ? { left: left + 8, top: (top + bottom) / 2 + 16 } : { left: (left + right) / 2 + 24, top: top + 70 };
  return { ...begin, right: width - right + 8, bottom: height - bottom + 8 };
}
