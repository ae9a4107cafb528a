import type { Repositories } from '../../../port/record-store.ts'
import type { Output } from '../core/turn.ts'

/** Rows written without giving way: some milliseconds of the record store. */
const turnMax = 512

/** In order, so many at a time that nobody else waits long, however large an incident is that somebody merges or splits. */
export async function inTurns<T>(
  all: readonly T[],
  write: (some: readonly T[]) => Promise<void>,
): Promise<void> {
  if (all.length <= turnMax) return write(all)
  for (let at = 0; at < all.length; at += turnMax) {
    await write(all.slice(at, at + turnMax))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What left its incident, and what may not come back; before its new home is written. */
export async function writeDepartures(
  { incidentLife }: Pick<Repositories, 'incidentLife'>,
  outputs: readonly Output[],
): Promise<void> {
  const left = outputs.filter((output) => output.type === 'LEFT')
  if (left.length > 0) await inTurns(left, (some) => incidentLife.leave(some))
  for (const output of outputs)
    if (output.type === 'BARRED')
      await inTurns(output.keys, (keys) =>
        output.lifted
          ? incidentLife.liftBars(output.incidentId, keys)
          : incidentLife.bar(output.incidentId, keys),
      )
}
