import type { Place } from './layer-layout.ts'

/**
 * A smooth way from the right side of one node to the left side of another through the slots between, each crossed
 * level so that the line passes between nodes. `at` is where a label stands: the middle of the first stretch.
 */
export function edgePath(
  from: Place,
  to: Place,
  slots: readonly Place[],
  slotWidth: number,
): { path: string; at: Place } {
  let path = `M${from.x} ${from.y}`
  let here = from
  let at: Place | undefined
  for (const slot of [...slots, undefined]) {
    const next = slot ? { x: slot.x - slotWidth / 2, y: slot.y } : to
    const bend = Math.max(24, Math.abs(next.x - here.x) / 2)
    path += `C${here.x + bend} ${here.y} ${next.x - bend} ${next.y} ${next.x} ${next.y}`
    at ??= { x: (here.x + next.x) / 2, y: (here.y + next.y) / 2 }
    if (slot) {
      here = { x: slot.x + slotWidth / 2, y: slot.y }
      path += `L${here.x} ${here.y}`
    }
  }
  return { path, at: at ?? from }
}
